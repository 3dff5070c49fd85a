/**
 * The columns of a table for SQL, each under the name that Prisma's client gives it: `dry_run AS "dryRun"`.
 * `fields` is a ScalarFieldEnum of the generated client. So a row that comes from SQL has the type of a row
 * that comes from the client.
 */
export const columnsOf = (fields: Readonly<Record<string, string>>, table: string): string =>
  Object.values(fields)
    .map(
      (field) => `${table}.${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} AS "${field}"`,
    )
    .join(', ');
