package sample

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"
)

// dice is the random stream of one table.
type dice struct{ *rand.Rand }

// dice gives the stream called name. Streams of different names are independent.
func (g *gen) dice(name string) dice {
	h := fnv.New64a()
	h.Write([]byte(name))
	return dice{rand.New(rand.NewPCG(g.seed, h.Sum64()))}
}

func (d dice) chance(p float64) bool          { return d.Float64() < p }
func (d dice) between(lo, hi float64) float64 { return lo + (hi-lo)*d.Float64() }
func (d dice) days(lo, hi float64) time.Duration {
	return time.Duration(d.between(lo, hi) * float64(day))
}

// hours puts a day's instant between 07:00 and 18:00 UTC, to the second.
func (d dice) hours(t time.Time) time.Time {
	return t.Truncate(day).Add(7*time.Hour + time.Duration(d.IntN(11*3600))*time.Second)
}

// workday is a moment on one of the five working days of the week that starts at monday.
func (d dice) workday(monday time.Time) time.Time { return d.hours(monday.AddDate(0, 0, d.IntN(5))) }

// inMonth is a moment on one of the first n days of a month.
func (d dice) inMonth(m time.Time, n int) time.Time { return d.hours(m.AddDate(0, 0, d.IntN(n))) }

// spread multiplies by a log-normal factor of median 1.
func (d dice) spread(x, sigma float64) float64 { return x * math.Exp(sigma*d.NormFloat64()) }

// pick draws one word by weight.
func (d dice) pick(words []string, weights ...float64) string {
	if len(weights) == 0 {
		return words[d.IntN(len(words))]
	}
	x := d.Float64()
	for i, w := range weights {
		if x -= w; x < 0 {
			return words[i]
		}
	}
	return words[len(words)-1]
}

// quota turns a series of probabilities into yes and no whose running count
// never strays more than one from the sum: the story keeps its numbers without
// needing a million accounts.
type quota struct{ owed float64 }

func (q *quota) next(p float64) bool {
	q.owed += p
	if q.owed >= 1 {
		q.owed--
		return true
	}
	return false
}

// curve is a piecewise linear line through dated values.
type curve []knot

type knot struct {
	at time.Time
	v  float64
}

func (c curve) at(t time.Time) float64 {
	if t.Before(c[0].at) {
		return c[0].v
	}
	for i := 1; i < len(c); i++ {
		if t.Before(c[i].at) {
			a, b := c[i-1], c[i]
			return a.v + (b.v-a.v)*float64(t.Sub(a.at))/float64(b.at.Sub(a.at))
		}
	}
	return c[len(c)-1].v
}
