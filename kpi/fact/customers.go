package fact

// customers lists the facts about accounts, what they pay and what they ask.
func customers() []*Spec {
	return []*Spec{
		{
			Name: "account",
			Columns: []Column{
				{Name: "name", Kind: Text, Null: true},
				{Name: "domain", Kind: Text, Null: true},
				{Name: "created_at", Kind: Ms},
				{Name: "closed_at", Kind: Ms, Null: true},
				{Name: "is_internal", Kind: Bool, Default: int64(0)},
				{Name: "is_test", Kind: Bool, Default: int64(0)},
			},
			Order: "created_at",
		},
		{
			Name: "account_attribute",
			Columns: []Column{
				{Name: "account_id", Kind: ID},
				{Name: "name", Kind: ID},
				{Name: "value", Kind: Text},
				{Name: "valid_from", Kind: Ms},
				{Name: "valid_to", Kind: Ms, Default: int64(9007199254740991)},
			},
			Order:     "valid_from",
			Plan:      []string{"valid_to"},
			Ascending: [][2]string{{"valid_from", "valid_to"}},
		},
		{
			Name: "account_access",
			Columns: []Column{
				{Name: "account_id", Kind: ID},
				{Name: "product_id", Kind: ID},
				{Name: "capability_id", Kind: ID, Null: true},
				{Name: "starts_at", Kind: Ms},
				{Name: "ends_at", Kind: Ms, Null: true},
			},
			Order:     "starts_at",
			Also:      []string{"ends_at"},
			Product:   "product_id",
			Plan:      []string{"ends_at"},
			Ascending: [][2]string{{"starts_at", "ends_at"}},
		},
		{
			Name: "subscription_movement",
			Columns: []Column{
				{Name: "account_id", Kind: ID},
				{Name: "product_id", Kind: ID},
				{Name: "subscription_ref", Kind: ID},
				{Name: "effective_at", Kind: Ms},
				{Name: "mrr_delta", Kind: Minor},
				{Name: "currency", Kind: Text},
				{Name: "kind", Kind: Enum, Null: true, Enum: []string{"new", "expansion", "contraction", "churn", "reactivation"}},
				{Name: "recurring", Kind: Bool, Default: int64(1)},
				{Name: "reason", Kind: Text, Null: true},
			},
			Order:   "effective_at",
			Product: "product_id",
			Plan:    []string{"effective_at"},
		},
		{
			Name: "refund", // money given back, and credit given on what is to be paid
			Columns: []Column{
				{Name: "account_id", Kind: ID},
				{Name: "product_id", Kind: ID},
				{Name: "subscription_ref", Kind: ID, Null: true},
				{Name: "given_at", Kind: Ms},
				{Name: "amount", Kind: Minor},
				{Name: "currency", Kind: Text},
				{Name: "kind", Kind: Enum, Enum: []string{"refund", "credit"}},
				{Name: "reason", Kind: Text, Null: true},
			},
			Order:   "given_at",
			Product: "product_id",
		},
		{
			Name: "help_session",
			Columns: []Column{
				{Name: "account_id", Kind: ID, Null: true},
				{Name: "requester_id", Kind: ID, Null: true, Personal: true},
				{Name: "product_id", Kind: ID},
				{Name: "at", Kind: Ms},
				{Name: "channel", Kind: Enum, Enum: []string{"article", "bot", "community"}},
				{Name: "topic", Kind: Text, Null: true},
				{Name: "gave_up", Kind: Bool, Default: int64(0)},
			},
			Order:   "at",
			Product: "product_id",
		},
		{
			Name: "ticket",
			Columns: []Column{
				{Name: "account_id", Kind: ID, Null: true},
				{Name: "requester_id", Kind: ID, Null: true, Personal: true},
				{Name: "product_id", Kind: ID},
				{Name: "created_at", Kind: Ms},
				{Name: "solved_at", Kind: Ms, Null: true},
				{Name: "channel", Kind: Text},
				{Name: "topic", Kind: Text, Null: true},
				{Name: "priority", Kind: Text, Null: true},
				{Name: "status", Kind: Text},
				{Name: "is_spam", Kind: Bool, Default: int64(0)},
				{Name: "merged_into", Kind: ID, Null: true},
				{Name: "origin", Kind: Enum, Enum: []string{"customer", "proactive", "internal"}, Default: "customer"},
				{Name: "self_solved", Kind: Bool, Default: int64(0)},
			},
			Order:     "created_at",
			Product:   "product_id",
			Ascending: [][2]string{{"created_at", "solved_at"}},
		},
	}
}
