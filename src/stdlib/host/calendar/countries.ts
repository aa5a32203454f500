/** What calendars know about a country: ISO 3166 code, ISO 4217 currency, IANA time zones from east to west or by population. */
export interface Country {
  readonly code: string;
  readonly name: string;
  readonly currency: readonly [code: string, name: string];
  readonly zones: readonly string[];
  readonly holidayCalendars: readonly string[];
}

function country(code: string, name: string, currency: readonly [string, string], zones: string): Country {
  return { code, name, currency, zones: zones.split(" "), holidayCalendars: code === "US" ? ["US-FEDERAL"] : [] };
}

const euro = ["EUR", "Euro"] as const;

export const countries: readonly Country[] = [
  country(
    "AU",
    "Australia",
    ["AUD", "Australian dollar"],
    "Australia/Perth Australia/Darwin Australia/Adelaide Australia/Brisbane Australia/Sydney Australia/Melbourne Australia/Hobart",
  ),
  country(
    "BR",
    "Brazil",
    ["BRL", "Brazilian real"],
    "America/Noronha America/Belem America/Fortaleza America/Recife America/Araguaina America/Maceio America/Bahia America/Sao_Paulo America/Campo_Grande America/Cuiaba America/Manaus America/Porto_Velho America/Boa_Vista America/Rio_Branco America/Eirunepe",
  ),
  country(
    "CA",
    "Canada",
    ["CAD", "Canadian dollar"],
    "America/St_Johns America/Halifax America/Toronto America/Winnipeg America/Regina America/Edmonton America/Vancouver America/Whitehorse America/Yellowknife America/Iqaluit",
  ),
  country("CN", "China", ["CNY", "Chinese yuan"], "Asia/Shanghai"),
  country("DE", "Germany", euro, "Europe/Berlin"),
  country("FR", "France", euro, "Europe/Paris"),
  country("GB", "United Kingdom", ["GBP", "Pound sterling"], "Europe/London"),
  country("IN", "India", ["INR", "Indian rupee"], "Asia/Kolkata"),
  country("JP", "Japan", ["JPY", "Japanese yen"], "Asia/Tokyo"),
  country(
    "MX",
    "Mexico",
    ["MXN", "Mexican peso"],
    "America/Mexico_City America/Cancun America/Chihuahua America/Hermosillo America/Mazatlan America/Tijuana",
  ),
  country("NL", "Netherlands", euro, "Europe/Amsterdam"),
  country("NZ", "New Zealand", ["NZD", "New Zealand dollar"], "Pacific/Auckland Pacific/Chatham"),
  country("SG", "Singapore", ["SGD", "Singapore dollar"], "Asia/Singapore"),
  country(
    "US",
    "United States",
    ["USD", "United States dollar"],
    "America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage Pacific/Honolulu",
  ),
  country("ZA", "South Africa", ["ZAR", "South African rand"], "Africa/Johannesburg"),
];
