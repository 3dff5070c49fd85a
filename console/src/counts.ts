/** "4,120". */
export const countText = (count: number): string => count.toLocaleString('en');

/** "1 role", "4,120 accounts". */
export const plural = (count: number, noun: string): string =>
  `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;

const words: Partial<Record<string, [one: string, many: string]>> = {
  NEEDS_EXTENSION: ['needs extension', 'need extension'],
  NEEDS_REPAIR: ['needs repair', 'need repair'],
  NOT_READY: ['is not ready', 'are not ready'],
};

/** The verdict of so many, without their number: "need extension". */
export const countWord = (verdict: string, count: number): string =>
  words[verdict]?.[count === 1 ? 0 : 1] ?? verdict.toLowerCase().replaceAll('_', ' ');
