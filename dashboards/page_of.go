package dashboards

import (
	"net/url"
	"strconv"
)

// mostListed is the longest list that one answer may have.
const mostListed = 1000

// limitOf reads how long a list may be; standard is what holds without a word.
func limitOf(q url.Values, standard int) (int, error) {
	text := q.Get("limit")
	if text == "" {
		return standard, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > mostListed {
		return 0, badRequest("A list cannot have a length of "+cut(text, 40)+".", "limit is a whole number from 1 to "+count(mostListed)+".")
	}
	return n, nil
}

// placeOf reads where a list goes on: the id of the entry beside it. 0: it is not named.
func placeOf(q url.Values, name string) (int64, error) {
	text := q.Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, badRequest("A list has no place called "+cut(text, 40)+".", name+" is the id of an entry of the list; leave it out to begin at the top.")
	}
	return n, nil
}
