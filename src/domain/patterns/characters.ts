export const digits = '0123456789';
const lower = 'abcdefghijklmnopqrstuvwxyz';
export const lettersAndDigits = `${digits}${lower}${lower.toUpperCase()}`;
export const ofName = `${lettersAndDigits}-_`;
export const ofRegion = `${lower}${digits}-`;

export const literalsIn = (pattern: string) => pattern.replace(/[*?]/g, '');
export const isMadeOf = (text: string, of: string) => [...text].every((character) => of.includes(character));
