/** What stands at the right of the header: the search, and how far the log is verified. */
export function Tools() {
  return null;
}
