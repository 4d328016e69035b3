package fact

// usage lists the facts about what happens inside the product.
func usage() []*Spec {
	return []*Spec{
		{
			Name: "product_event",
			Columns: []Column{
				{Name: "account_id", Kind: ID, Null: true},
				{Name: "user_id", Kind: ID, Null: true, Personal: true},
				{Name: "product_id", Kind: ID},
				{Name: "name", Kind: ID},
				{Name: "occurred_at", Kind: Ms},
				{Name: "received_at", Kind: Ms},
				{Name: "quantity", Kind: Real, Default: float64(1)},
				{Name: "success", Kind: Bool, Default: int64(1)},
				{Name: "is_bot", Kind: Bool, Default: int64(0)},
			},
			Order:   "occurred_at",
			Product: "product_id",
		},
		{
			Name: "metric_point",
			Columns: []Column{
				{Name: "product_id", Kind: ID},
				{Name: "name", Kind: ID},
				{Name: "starts_at", Kind: Ms},
				{Name: "ends_at", Kind: Ms},
				{Name: "segment", Kind: Text, Default: "all"},
				{Name: "num", Kind: Real},
				{Name: "den", Kind: Real, Null: true},
				{Name: "n", Kind: Int, Null: true},
			},
			Order:     "starts_at",
			Product:   "product_id",
			Ascending: [][2]string{{"starts_at", "ends_at"}},
		},
		{
			Name: "capability",
			Columns: []Column{
				{Name: "product_id", Kind: ID},
				{Name: "name", Kind: Text},
				{Name: "class", Kind: Enum, Enum: []string{"core", "other"}},
				{Name: "ga_at", Kind: Ms, Null: true},
				{Name: "target_filter", Kind: JSON, Null: true},
				{Name: "active_rule", Kind: JSON},
			},
			Order:   "ga_at",
			Product: "product_id",
			Plan:    []string{"ga_at"},
		},
		{
			Name: "journey",
			Columns: []Column{
				{Name: "product_id", Kind: ID},
				{Name: "name", Kind: Text},
				{Name: "critical", Kind: Bool, Default: int64(0)},
				{Name: "top", Kind: Bool, Default: int64(0)},
			},
			Product: "product_id",
		},
		{
			Name: "tracking_plan",
			Columns: []Column{
				{Name: "journey_id", Kind: ID},
				{Name: "event_name", Kind: ID},
				{Name: "required_props", Kind: JSON},
				{Name: "required_since", Kind: Ms},
				{Name: "retired_at", Kind: Ms, Null: true},
			},
			Order:     "required_since",
			Ascending: [][2]string{{"required_since", "retired_at"}},
		},
		{
			Name: "tracking_observation",
			Columns: []Column{
				{Name: "journey_id", Kind: ID},
				{Name: "event_name", Kind: ID},
				{Name: "day", Kind: Day},
				{Name: "seen", Kind: Int},
				{Name: "valid", Kind: Int},
				{Name: "schema_errors", Kind: Int, Default: int64(0)},
				{Name: "duplicates", Kind: Int, Default: int64(0)},
			},
			Order: "day",
		},
	}
}
