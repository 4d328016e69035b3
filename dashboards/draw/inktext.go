package draw

import "strings"

// textInk of a text: what its class says, over what every text of a chart is.
func textInk(drawing, class string) (Ink, bool) {
	i := Ink{Fill: axis, Size: 12, Weight: 400}
	if drawing == "quarter" {
		i.Size = 10
	}
	switch class {
	case "ax":
	case "ax-title":
		i.Fill, i.Weight = ink2, 600
	case "ch-none":
		i.Fill = offTrack
	case "ch-version":
		i.Fill = ink3
	case "ch-label":
		i.Fill, i.Weight, i.Halo = ink, 500, 3
	case "ch-number":
		i.Fill, i.Size = ink, 11
	case "lane-name":
		i.Fill = ink2
	case "sg-word":
		i.Fill, i.Size = ink3, 11
	case "bp-text":
		i.Fill, i.Halo = ink2, 4
	default:
		return i, false
	}
	return i, true
}

// statusClass takes "pos st-fill st-on_track" apart: its kind and its status.
func statusClass(class string) (kind, status string, ok bool) {
	kind, status, ok = strings.Cut(strings.TrimPrefix(class, "pos "), " ")
	if !ok || !strings.HasPrefix(kind, "st-") {
		return "", "", false
	}
	return strings.TrimPrefix(kind, "st-"), strings.TrimPrefix(status, "st-"), true
}

// statusInk of a part of a status shape. On a strip what is filled has a rim, so that
// it stands clear of the lines under it.
func statusInk(kind, status string, onStrip bool) (Ink, bool) {
	c := statusColor(status)
	i, ok := Ink{}, c != ""
	switch kind {
	case "fill":
		if i.Fill = c; onStrip {
			i.Halo = 1.6
		}
	case "ring":
		i = line(c, 1.5)
	case "dash":
		i = line(c, 1.6, 2, 1.7)
	case "line":
		if i = line(c, 2); status == "exceeding" {
			i.Width = 2.1
		}
	default:
		ok = false
	}
	if !ok {
		return Ink{Stroke: ink3, Width: 1}, false
	}
	return i, true
}

// statusColor of a status on light paper, "" of a word that is none.
func statusColor(status string) Color {
	switch status {
	case "exceeding":
		return "#0a6773"
	case "on_track":
		return "#1f7443"
	case "at_risk":
		return "#8a5200"
	case "off_track":
		return offTrack
	case "maturing":
		return "#4a587a"
	case "not_enough_data", "no_data":
		return "#5f636c"
	}
	return ""
}
