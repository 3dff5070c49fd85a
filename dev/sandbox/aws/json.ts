/** The value that a JSON text stands for; undefined where it is no JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export const isObject = (candidate: unknown): candidate is Record<string, unknown> =>
  candidate !== null && typeof candidate === 'object' && !Array.isArray(candidate);

/** Policy documents write one thing or an array of them; nothing is none. */
export const many = (candidate: unknown): unknown[] => (candidate === undefined ? [] : Array.isArray(candidate) ? candidate : [candidate]);
