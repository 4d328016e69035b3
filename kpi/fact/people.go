package fact

// people lists the facts about surveys and the team.
func people() []*Spec {
	return []*Spec{
		{
			Name: "survey",
			Columns: []Column{
				{Name: "product_id", Kind: ID},
				{Name: "name", Kind: Text},
				{Name: "kind", Kind: Enum, Enum: []string{"relational", "transactional", "pulse"}},
				{Name: "wave", Kind: Text},
				{Name: "opens_at", Kind: Ms},
				{Name: "closes_at", Kind: Ms},
				{Name: "invited", Kind: Int},
				{Name: "population", Kind: Int, Null: true},
			},
			Order:     "closes_at",
			Product:   "product_id",
			Plan:      []string{"opens_at", "closes_at"},
			Ascending: [][2]string{{"opens_at", "closes_at"}},
		},
		{
			Name: "survey_question",
			Columns: []Column{
				{Name: "survey_id", Kind: ID},
				{Name: "purpose", Kind: Enum, Enum: []string{"nps", "csat", "ces", "alignment", "triad", "engagement", "other"}},
				{Name: "scale_min", Kind: Real},
				{Name: "scale_max", Kind: Real},
				{Name: "easy_is", Kind: Enum, Null: true, Enum: []string{"high", "low"}},
				{Name: "workflow", Kind: Text, Null: true},
				{Name: "wording_hash", Kind: Text, Default: ""},
			},
		},
		{
			Name: "survey_response",
			Columns: []Column{
				{Name: "survey_id", Kind: ID},
				{Name: "question_id", Kind: ID},
				{Name: "score", Kind: Real},
				{Name: "respondent_id", Kind: ID, Personal: true},
				{Name: "account_id", Kind: ID, Null: true},
				{Name: "role", Kind: Text, Null: true},
				{Name: "sent_at", Kind: Ms, Null: true},
				{Name: "responded_at", Kind: Ms},
			},
			Order:     "responded_at",
			Ascending: [][2]string{{"sent_at", "responded_at"}},
		},
		{
			Name: "team_member",
			Columns: []Column{
				{Name: "product_id", Kind: ID},
				{Name: "role", Kind: Text},
				{Name: "level", Kind: Text, Null: true},
				{Name: "starts_at", Kind: Ms},
				{Name: "ends_at", Kind: Ms, Null: true},
				{Name: "exit_type", Kind: Enum, Null: true, Enum: []string{"voluntary", "involuntary"}},
				{Name: "regretted", Kind: Bool, Null: true},
				{Name: "flagged_at", Kind: Ms, Null: true},
			},
			Order:     "starts_at",
			Also:      []string{"ends_at"},
			Product:   "product_id",
			Plan:      []string{"ends_at"},
			Ascending: [][2]string{{"starts_at", "ends_at"}},
		},
		{
			Name: "assessment",
			Columns: []Column{
				{Name: "member_id", Kind: ID, Personal: true},
				{Name: "rubric", Kind: Text},
				{Name: "competency", Kind: Text},
				{Name: "level", Kind: Real},
				{Name: "assessed_at", Kind: Ms},
				{Name: "assessor_id", Kind: ID, Personal: true},
			},
			Order: "assessed_at",
		},
		{
			Name: "judgement",
			Columns: []Column{
				{Name: "kpi", Kind: ID},
				{Name: "product_id", Kind: ID},
				{Name: "author_id", Kind: ID},
				{Name: "author_role", Kind: Text},
				{Name: "rag", Kind: Enum, Enum: []string{"green", "amber", "red"}},
				{Name: "trend", Kind: Enum, Enum: []string{"up", "flat", "down"}},
				{Name: "text", Kind: Text},
				{Name: "at", Kind: Ms},
			},
			Order:   "at",
			Product: "product_id",
		},
		{
			Name: "headcount_plan",
			Columns: []Column{
				{Name: "product_id", Kind: ID},
				{Name: "month_start", Kind: Ms},
				{Name: "open_vacancies", Kind: Int},
				{Name: "managers", Kind: Int},
			},
			Order:   "month_start",
			Product: "product_id",
		},
	}
}
