// Package replaysrc makes rows anew of records that were kept when they came, after
// their mapping was corrected: whoever sent them is not asked. Records of which fields
// were not kept that the mapping reads now stay what they were, and are counted.
package replaysrc
