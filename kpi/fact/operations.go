package fact

// operations lists the facts about running the product.
func operations() []*Spec {
	return []*Spec{
		{
			Name: "incident",
			Columns: []Column{
				{Name: "product_id", Kind: ID},
				{Name: "group_ref", Kind: ID, Null: true},
				{Name: "severity", Kind: Int},
				{Name: "started_at", Kind: Ms},
				{Name: "detected_at", Kind: Ms, Null: true},
				{Name: "resolved_at", Kind: Ms, Null: true},
				{Name: "cause", Kind: Enum, Enum: []string{"change", "dependency", "capacity", "external", "unknown"}, Default: "unknown"},
				{Name: "change_ref", Kind: ID, Null: true},
				{Name: "reviewed_at", Kind: Ms, Null: true},
			},
			Order:     "started_at",
			Product:   "product_id",
			Ascending: [][2]string{{"started_at", "resolved_at"}},
		},
		{
			Name: "change_event",
			Columns: []Column{
				{Name: "product_id", Kind: ID},
				{Name: "kind", Kind: Enum, Enum: []string{"deployment", "flag", "config"}},
				{Name: "started_at", Kind: Ms},
				{Name: "finished_at", Kind: Ms, Null: true},
				{Name: "result", Kind: Enum, Enum: []string{"success", "failure", "unknown"}},
				{Name: "environment", Kind: Text, Default: "production"},
				{Name: "ref", Kind: ID, Null: true},
			},
			Order:     "started_at",
			Product:   "product_id",
			Ascending: [][2]string{{"started_at", "finished_at"}},
		},
		{
			Name: "slo_window",
			Columns: []Column{
				{Name: "journey_id", Kind: ID},
				{Name: "product_id", Kind: ID},
				{Name: "objective", Kind: Real},
				{Name: "starts_at", Kind: Ms},
				{Name: "ends_at", Kind: Ms},
				{Name: "good", Kind: Real},
				{Name: "total", Kind: Real},
				{Name: "unit", Kind: Enum, Enum: []string{"requests", "seconds"}},
				{Name: "excluded", Kind: Real, Default: float64(0)},
			},
			Order:     "starts_at",
			Product:   "product_id",
			Plan:      []string{"ends_at"},
			Ascending: [][2]string{{"starts_at", "ends_at"}},
		},
	}
}
