package deliver

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strings"
)

//go:embed mail.html
var mailFiles embed.FS

// Mail is a message in the two forms that an e-mail carries, and its pictures.
type Mail struct {
	Subject, Text, HTML string
	Pictures            []Picture
}

// Picture is shown inside the HTML, named by its content id.
type Picture struct {
	CID string
	PNG []byte
}

// MailOf writes a message as an e-mail.
func MailOf(m Message) (Mail, error) {
	out := Mail{Subject: cut(m.title()+": "+m.Headline, 180), Text: mailText(m)}
	type shown struct{ CID, Alt string }
	data := struct {
		Message
		Title, Foot string
		Pictures    []shown
	}{Message: m, Title: m.title(), Foot: m.foot()}
	for i, c := range m.Charts {
		cid := fmt.Sprintf("chart%d.%s", i+1, m.ID)
		out.Pictures = append(out.Pictures, Picture{CID: cid, PNG: c.PNG})
		data.Pictures = append(data.Pictures, shown{cid, c.Alt})
	}
	page, err := template.New("mail.html").Funcs(template.FuncMap{"word": word}).ParseFS(mailFiles, "mail.html")
	if err != nil {
		return out, err
	}
	var b bytes.Buffer
	if err := page.Execute(&b, data); err != nil {
		return out, err
	}
	out.HTML = b.String()
	return out, nil
}

// mailText is the form for those who read no HTML.
func mailText(m Message) string {
	var b strings.Builder
	line := func(s string) { b.WriteString(s + "\n") }
	line(m.title())
	line("")
	line(m.Headline)
	if m.Second != "" {
		line(m.Second)
	}
	if m.URL != "" {
		line(m.URL)
	}
	for _, c := range m.Charts {
		line("")
		line("Chart: " + c.Alt)
	}
	for _, s := range m.Sections {
		line("")
		line(s.Title)
		for _, l := range s.Lines {
			line("- " + l.lead() + ": " + l.Text)
			if l.URL != "" {
				line("  " + l.URL)
			}
		}
		if s.More > 0 {
			line(fmt.Sprintf("and %d more", s.More))
		}
	}
	line("")
	line("-- ")
	line(m.foot())
	return b.String()
}
