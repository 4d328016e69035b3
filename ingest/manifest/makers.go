package manifest

// Alone lists the facts that a stream makes and no other stream of the manifest: of
// those a complete listing says what is gone. Events are never listed.
func (m *Manifest) Alone(s *Stream) []string {
	makers := map[string]int{}
	for i := range m.Streams {
		for fact := range m.Streams[i].facts() {
			makers[fact]++
		}
	}
	var out []string
	for _, fact := range sorted(s.facts()) {
		if makers[fact] == 1 && fact != "product_event" {
			out = append(out, fact)
		}
	}
	return out
}

func (s *Stream) facts() map[string]bool {
	out := map[string]bool{}
	for _, e := range s.Emits {
		out[e.Fact] = true
	}
	return out
}
