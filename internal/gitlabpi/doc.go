// Package gitlabpi reads performance indicators as GitLab publishes them
// (data/performance_indicators/*.yml) and makes a KPI folder of each. Their
// numbers are counted elsewhere and arrive as rows of metric_point; what is
// brought in is what the indicator means, who answers for it, how it was judged
// there, and its target, as an expression where the text allows only one reading.
package gitlabpi
