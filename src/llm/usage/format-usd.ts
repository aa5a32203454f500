/** `$12.5000`, `$0.001234`, `$1,234.50`: places enough to see what a call costs. `precision` overrides how many. */
export function formatUsd(amount: number, precision?: number): string {
  const size = Math.abs(amount);
  const places = precision ?? placesFor(size);
  const [whole = "0", fraction] = size.toFixed(Math.min(Math.max(places, 0), 20)).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = amount < 0 ? "-" : "";
  return `${sign}$${fraction === undefined ? grouped : `${grouped}.${fraction}`}`;
}

function placesFor(size: number): number {
  if (size === 0 || size >= 1000) return 2;
  return size >= 1 ? 4 : 6;
}
