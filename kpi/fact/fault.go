package fact

// Faults a row can be kept with. It stays in its table, is left out of the
// view KPI SQL reads, and heals when the source corrects it.
const (
	EndBeforeStart = "end_before_start"
	OffScale       = "off_scale"
)

// Fault names what makes a checked row impossible, or "" when nothing does.
func (s *Spec) Fault(values []any) string {
	for _, pair := range s.Ascending {
		first, ok1 := values[s.Index(pair[0])].(int64)
		then, ok2 := values[s.Index(pair[1])].(int64)
		if ok1 && ok2 && first > then {
			return EndBeforeStart
		}
	}
	return ""
}
