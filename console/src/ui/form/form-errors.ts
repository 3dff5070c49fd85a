/** What is wrong with one field. `pointer`: a JSON pointer (RFC 6901) into what was sent. */
export interface FieldError {
  pointer: string;
  message: string;
}

/**
 * The errors of a form by its fields, which are named by their pointers, such as `/sweep/select/labels`. An error within
 * a field (`/labels/team`, `/accountIds/2`) belongs to it, and says where it is. `others`: of no field of the form.
 */
export function errorsByField(
  errors: readonly FieldError[],
  fields: readonly string[],
): { byField: Map<string, string>; others: FieldError[] } {
  const byField = new Map<string, string>();
  const others: FieldError[] = [];
  for (const error of errors) {
    const field = fieldOf(error.pointer, fields);
    if (field === undefined) {
      others.push(error);
      continue;
    }
    const before = byField.get(field);
    const text = textWithin(field, error);
    byField.set(field, before === undefined ? text : `${before}. ${text}`);
  }
  return { byField, others };
}

/** The field that a pointer is of: of several the innermost. */
export function fieldOf(pointer: string, fields: readonly string[]): string | undefined {
  let found: string | undefined;
  for (const field of fields)
    if ((pointer === field || pointer.startsWith(`${field}/`)) && field.length > (found?.length ?? -1))
      found = field;
  return found;
}

function textWithin(field: string, { pointer, message }: FieldError): string {
  const places = pointer
    .slice(field.length)
    .split('/')
    .filter((place) => place !== '')
    .map((place) => place.replaceAll('~1', '/').replaceAll('~0', '~'))
    // People count from one.
    .map((place, at) =>
      /^\d{1,5}$/.test(place) ? `${at === 0 ? 'Number' : 'number'} ${Number(place) + 1}` : place,
    );
  // The name of a label, for example, keeps its letter case.
  return places.length > 0
    ? `${places.join(', ')}: ${message}`
    : message.charAt(0).toUpperCase() + message.slice(1);
}
