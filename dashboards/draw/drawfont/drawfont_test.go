package drawfont

import "testing"

func load(t *testing.T) Faces {
	t.Helper()
	f, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestNothingVanishes: what the typeface lacks is a box, not nothing.
func TestNothingVanishes(t *testing.T) {
	f := load(t)
	for in, want := range map[string]string{
		"Activation −0.9, 45–52%": "Activation −0.9, 45–52%", "Größe, Čapek, ŁÓDŹ": "Größe, Čapek, ŁÓDŹ", "Ελλάδα Москва": "Ελλάδα Москва",
		"cafe\u0301": "café", "売上 up": "□□ up", "👍 ok": "□ ok", "a\u202eb": "a□b", "שלום Flow": "םולש Flow", "Flow (שלום)": "Flow (םולש)", "אב (ג) 2026 דה": "(ג) בא 2026 הד", "سلام": "□□□□", "non\u2011stop": "non-stop",
		"a\tb\nc": "a b c", "a\u3000b": "a b",
		"a\x00b\xff": "a□b□", "": "", "two\u00a0words": "two\u00a0words",
	} {
		for _, face := range []Face{f.Regular, f.Bold} {
			if got := face.Show(in); got != want {
				t.Errorf("%q is shown as %q, want %q", in, got, want)
			}
		}
	}
}

// TestSet: Liberation Sans is as wide as Helvetica, whose digits are 556 and whose
// space is 278 of 1000.
func TestSet(t *testing.T) {
	f := load(t)
	glyphs, width, err := f.Regular.Set("12 3", 100)
	if err != nil {
		t.Fatal(err)
	}
	if want := 3*55.6 + 27.8; width < want-.2 || width > want+.2 {
		t.Errorf("12 3 is %v px wide, want %v", width, want)
	}
	if len(glyphs) != 4 || len(glyphs[2].Outline) != 0 || len(glyphs[3].Outline) == 0 || glyphs[3].At < 138 || glyphs[3].At > 140 {
		t.Errorf("%d glyphs, the last at %v", len(glyphs), glyphs[3].At)
	}
	if glyphs, _, err := f.Bold.Set("\U0001F44D", 12); err != nil || len(glyphs) != 1 || len(glyphs[0].Outline) == 0 {
		t.Errorf("what the typeface lacks has no outline: %v %v", glyphs, err)
	}
}

func TestWeight(t *testing.T) {
	f := load(t)
	for weight, bold := range map[int]bool{400: false, 500: false, 600: true, 700: true} {
		if got := &f.Weight(weight).TTF[0] == &f.Bold.TTF[0]; got != bold {
			t.Errorf("weight %d is bold: %v", weight, got)
		}
	}
}
