/** The value of a JSON text. Undefined when the text is not JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export const isObject = (candidate: unknown): candidate is Record<string, unknown> =>
  candidate !== null && typeof candidate === 'object' && !Array.isArray(candidate);

/** Policy documents have one value or an array of values. Undefined becomes an empty array. */
export const many = (candidate: unknown): unknown[] =>
  candidate === undefined ? [] : Array.isArray(candidate) ? candidate : [candidate];
