package kpi

// Flow is what one account paid at the opening and pays at the closing, in minor units
// of one currency.
type Flow struct {
	Account          string
	Opening, Closing int64
}

// Bridge leads from the revenue of the opening to that of the closing of the same
// accounts: Opening + Expansion + Returned - Contraction - Churn = Closing, in minor
// units. It is the waterfall of net revenue retention, whose value is Closing over
// Opening. The numbers of accounts stand beside: Accounts at the opening, and those
// that moved.
type Bridge struct {
	Opening, Expansion, Returned, Contraction, Churn, Closing int64

	Accounts, Expanded, CameBack, Contracted, Churned int
}

// NewBridge adds the flows of an account up, for it may pay in several currencies, and
// puts its difference into one class: it left (nothing at the closing), pays less, pays
// more, or came back (nothing at the opening).
func NewBridge(flows []Flow) Bridge {
	var b Bridge
	for _, f := range NetFlows(flows) {
		b.Opening, b.Closing = b.Opening+f.Opening, b.Closing+f.Closing
		if f.Opening > 0 {
			b.Accounts++
		}
		switch d := f.Closing - f.Opening; {
		case f.Opening <= 0:
			b.Returned += d
			if d != 0 {
				b.CameBack++
			}
		case f.Closing <= 0:
			b.Churn -= d
			b.Churned++
		case d > 0:
			b.Expansion += d
			b.Expanded++
		case d < 0:
			b.Contraction -= d
			b.Contracted++
		}
	}
	return b
}

// NetFlows gives one flow for each account, in the order they first appear.
func NetFlows(flows []Flow) []Flow {
	at := map[string]int{}
	var out []Flow
	for _, f := range flows {
		i, ok := at[f.Account]
		if !ok {
			i = len(out)
			at[f.Account] = i
			out = append(out, Flow{Account: f.Account})
		}
		out[i].Opening, out[i].Closing = out[i].Opening+f.Opening, out[i].Closing+f.Closing
	}
	return out
}

// Ratio is Closing over Opening; ok is false when nothing was paid at the opening.
func (b Bridge) Ratio() (float64, bool) {
	if b.Opening == 0 {
		return 0, false
	}
	return float64(b.Closing) / float64(b.Opening), true
}
