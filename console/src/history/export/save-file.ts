// A browser with `showSaveFilePicker` writes to the disk as the answer arrives. Others keep the file in memory
// until it is whole.

export interface FileToSave {
  write(text: string): Promise<void>;
  /** The file is whole. */
  close(): Promise<void>;
  /** What was written is thrown away. */
  abort(): Promise<void>;
}

interface WithPicker {
  showSaveFilePicker?: (options: {
    suggestedName: string;
  }) => Promise<{ createWritable(): Promise<WritableStream & { write(text: string): Promise<void> }> }>;
}

/** Null: the person chose no place. Call it at a click, as browsers want. */
export async function openFile(name: string, type: string): Promise<FileToSave | null> {
  const { showSaveFilePicker } = window as WithPicker;
  if (!showSaveFilePicker) return inMemory(name, type);
  try {
    const handle = await showSaveFilePicker.call(window, { suggestedName: name });
    const file = await handle.createWritable();
    return { write: (text) => file.write(text), close: () => file.close(), abort: () => file.abort() };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

function inMemory(name: string, type: string): FileToSave {
  let parts: string[] = [];
  return {
    write: async (text) => {
      parts.push(text);
    },
    close: async () => download(name, new Blob(parts, { type })),
    abort: async () => {
      parts = [];
    },
  };
}

/** Gives the browser a file to keep. */
function download(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export const downloadJson = (name: string, value: unknown): void =>
  download(name, new Blob([JSON.stringify(value, null, 2)], { type: 'application/json' }));
