package kpi

// Expr is a parsed target expression.
type Expr struct{}
