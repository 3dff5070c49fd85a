// A cron expression of five fields in words, where that is simple.

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const shortDays = days.map((day) => day.slice(0, 3).toUpperCase());

/** "Every day at 03:00". Null: it is not simple. */
export function cronInWords(expression: string): string | null {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5) return null;
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  if (month !== '*') return null;
  const isEveryDay = day === '*' && weekday === '*';
  const minutes = numbers(minute, 0, 59);
  const hours = numbers(hour, 0, 23);
  if (hour === '*' && isEveryDay) {
    if (minute === '*') return 'Every minute';
    const step = stepOf(minute, 60);
    if (step !== null) return `Every ${step} minutes`;
    if (minutes?.length === 1) return `Every hour at minute ${minutes[0]}`;
    return null;
  }
  if (minutes?.length !== 1) return null;
  const step = stepOf(hour, 24);
  if (step !== null && isEveryDay) return `Every ${step} hours at minute ${minutes[0]}`;
  if (hours === null) return null;
  const at = listed(hours.map((one) => `${twoDigits(one)}:${twoDigits(minutes[0] ?? 0)}`));
  if (isEveryDay) return `Every day at ${at}`;
  if (day === '*') {
    const named = weekdays(weekday);
    return named === null ? null : `${named} at ${at}`;
  }
  const dates = weekday === '*' ? numbers(day, 1, 31) : null;
  return dates === null ? null : `On day ${listed(dates.map(String))} of each month at ${at}`;
}

function weekdays(field: string): string | null {
  const range = /^(\w+)-(\w+)$/.exec(field);
  if (range) {
    const [from, to] = [dayOf(range[1] ?? ''), dayOf(range[2] ?? '')];
    return from === null || to === null ? null : `${days[from]} to ${days[to]}`;
  }
  const named = field.split(',').map(dayOf);
  return named.includes(null) ? null : `Every ${listed(named.map((one) => days[one ?? 0] ?? ''))}`;
}

/** Sunday is 0 and 7. */
function dayOf(text: string): number | null {
  if (/^[0-7]$/.test(text)) return Number(text) % 7;
  const at = shortDays.indexOf(text.toUpperCase());
  return at < 0 ? null : at;
}

/** Of a list such as `6,18`. */
function numbers(field: string, from: number, to: number): number[] | null {
  const found = field.split(',').map((one) => (/^\d{1,2}$/.test(one) ? Number(one) : Number.NaN));
  return found.every((one) => one >= from && one <= to) ? found : null;
}

/** Of a step from the start that divides evenly: of another the last interval is shorter. */
function stepOf(field: string, within: number): number | null {
  const step = Number(/^(?:\*|0)\/(\d{1,2})$/.exec(field)?.[1]);
  return step > 1 && within % step === 0 ? step : null;
}

const twoDigits = (value: number) => String(value).padStart(2, '0');
const listed = (texts: string[]) =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
