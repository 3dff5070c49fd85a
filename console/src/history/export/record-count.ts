/** Counts the records of CSV that arrives in pieces. A cell in quotes may have line feeds in it. */
export function createRecordCounter(): { add: (piece: string) => void; count: () => number } {
  let ends = 0;
  let isQuoted = false;
  let isOpen = false;
  return {
    add(piece) {
      for (const character of piece) {
        // A doubled quote ends and begins again, which comes to the same.
        if (character === '"') isQuoted = !isQuoted;
        isOpen = character !== '\n' || isQuoted;
        if (!isOpen) ends += 1;
      }
    },
    /** Without the heading. */
    count: () => Math.max(0, ends + (isOpen ? 1 : 0) - 1),
  };
}
