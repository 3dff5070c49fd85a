import type { TObject } from 'typebox';

interface Shown {
  [word: string]: unknown;
  type: 'object';
  properties?: Record<string, object>;
  required?: string[];
}

/** A format of our own. The pattern beside it says nearly the same. */
const ownFormat = 'date-or-time';

/**
 * A schema as clients get it. Names are left out, because a name may occur once in a document. An enumeration
 * has its type, which some models need. `isAnswer`: what an enumeration, a pattern or a format says is not said
 * again in words, since every assistant reads all of it.
 */
export function showSchema(schema: TObject, isAnswer = false): Shown {
  return JSON.parse(
    JSON.stringify(schema, (_, value: unknown) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      // A property may have the name of a word of JSON Schema. It is then no text.
      const { $id: _id, description, format, ...rest } = value as Record<string, unknown>;
      const isSaid = 'enum' in rest || 'pattern' in rest || typeof format === 'string';
      return {
        ...(Array.isArray(rest.enum) && { type: 'string' }),
        ...rest,
        ...(format !== undefined && format !== ownFormat && { format }),
        ...(description !== undefined &&
          !(isAnswer && isSaid && typeof description === 'string') && { description }),
      };
    }),
  ) as Shown;
}
