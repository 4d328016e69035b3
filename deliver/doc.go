// Package deliver says what people are told of a scorecard and in which form: the
// digest of a week, an alert when something changed, a note that nothing did. It is
// pure: it keeps nothing, sends nothing and reads no clock.
//
//   - [Take] makes a [Snapshot] of what can change, [Decide] compares it with what a
//     reader was told last and gives the messages that are due.
//   - [Slack], [Teams], [Webhook] and [MailOf] write a [Message] for a channel. Every
//     name in it comes from somebody else and is inert in each of them.
//   - A [Document] is a page to be published; [Storage] and [NotionBlocks] write it.
//
// Package deliver/send sends what was written.
package deliver
