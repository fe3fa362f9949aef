// Labels under a time axis: the time of day within days, the day within months, the month beyond; what is above it
// (the day, the year) stands in a second line at the first label and wherever it changes.

const day_s = 86_400;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const pad = (value: number) => String(value).padStart(2, '0');

function small(at: Date, step_s: number): string {
  if (step_s >= 28 * day_s) return months[at.getMonth()]!;
  if (step_s >= day_s) return `${at.getDate()} ${months[at.getMonth()]}`;
  const time = `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  return step_s < 60 ? `${time}:${pad(at.getSeconds())}` : time;
}

function large(at: Date, step_s: number): string {
  return step_s >= day_s ? String(at.getFullYear()) : `${at.getDate()} ${months[at.getMonth()]} ${at.getFullYear()}`;
}

/** `splits` in seconds since 1970, `step_s` between them. */
export function axis_labels(splits: number[], step_s: number): string[] {
  let above = '';
  return splits.map((split) => {
    const at = new Date(split * 1000);
    const next = large(at, step_s);
    const changed = next !== above;
    above = next;
    return changed ? `${small(at, step_s)}\n${next}` : small(at, step_s);
  });
}
