package mapping

import "strings"

// The currencies of ISO 4217 by their number of decimals.
const (
	decimals0 = " BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF "
	decimals3 = " BHD IQD JOD KWD LYD OMR TND "
	decimals4 = " CLF UYW "
	decimals2 = " AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD" +
		" CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD" +
		" HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU" +
		" MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK" +
		" SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG" +
		" YER ZAR ZMW ZWG ANG HRK CUC SLL ZWL "
)

// Decimals gives how many minor units, as a power of ten, a currency has.
// False for what is no ISO 4217 code; codes withdrawn lately are known, because
// old records carry them.
func Decimals(code string) (int, bool) {
	if len(code) != 3 || strings.Contains(code, " ") {
		return 0, false
	}
	for n, list := range [...]string{0: decimals0, 2: decimals2, 3: decimals3, 4: decimals4} {
		if strings.Contains(list, " "+code+" ") {
			return n, true
		}
	}
	return 0, false
}
