package dashboards

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/kpid/kpid/kpi"
)

// Delivery is how the messages of one [[notify]] stand.
type Delivery struct {
	ID       string
	Kind     string // slack, teams, email or webhook
	Waiting  int64  // to be sent, or to be tried again
	Sent     int64
	GivenUp  int64       // not taken within a day
	LastSent *kpi.Millis // nil: nothing was sent yet
	Error    string      // of the newest message that did not arrive; "" when it did
}

// deliveryView is a line of the messages.
type deliveryView struct {
	Delivery
	Last string
}

func newDelivery(d Delivery, zone *time.Location) deliveryView {
	return deliveryView{Delivery: d, Last: moment(d.LastSent, zone)}
}

// deliveryDescs are the families of messages.
type deliveryDescs struct{ messages, last *prometheus.Desc }

func newDeliveryDescs() deliveryDescs {
	return deliveryDescs{
		messages: prometheus.NewDesc("kpid_notify_messages", "Messages of the last 90 days: waiting, sent or given up.", []string{"notify", "state"}, nil),
		last:     prometheus.NewDesc("kpid_notify_last_success_timestamp_seconds", "When a message was taken last.", []string{"notify"}, nil),
	}
}

// delivery is a gauge and no counter: what is older than 90 days is forgotten.
func (b *builder) delivery(d Delivery) {
	for state, n := range map[string]int64{"waiting": d.Waiting, "sent": d.Sent, "given_up": d.GivenUp} {
		b.add(b.descs.deliveries.messages, float64(n), d.ID, state)
	}
	if d.LastSent != nil {
		b.add(b.descs.deliveries.last, float64(*d.LastSent)/1000, d.ID)
	}
}
