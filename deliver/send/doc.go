// Package send sends messages: to Slack, Microsoft Teams and any webhook over HTTPS,
// and by e-mail. It asks only the host it was given, follows no redirect to another,
// and repeats no secret in an error. Waits between tries are the caller's: an [Error]
// says whether and when another try makes sense.
package send
