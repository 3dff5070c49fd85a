import { useMutation } from '@tanstack/react-query';
import { api } from '../api.ts';
import { openFile } from '../history/export/save-file.ts';
import { Button } from '../ui/button.tsx';
import { FaultNote } from '../ui/fault.tsx';

/** So many characters are written at once. */
const chunk = 256 * 1024;

/** Saves all results as a file of NDJSON. */
export function useDownload(id: string) {
  return useMutation({
    mutationFn: async () => {
      const file = await openFile(`rolewright-${id}.ndjson`, 'application/x-ndjson');
      if (!file) return;
      let text = '';
      try {
        for await (const result of api().listSweepResults({ id, format: 'ndjson' })) {
          text += `${JSON.stringify(result)}\n`;
          if (text.length < chunk) continue;
          await file.write(text);
          text = '';
        }
        await file.write(text);
        await file.close();
      } catch (error) {
        await file.abort().catch(() => {});
        throw error;
      }
    },
  });
}

export function DownloadButton({ download }: { download: ReturnType<typeof useDownload> }) {
  return (
    <Button onClick={() => download.mutate()} busy={download.isPending}>
      {download.isPending ? 'Downloading …' : 'Download NDJSON'}
    </Button>
  );
}

export function DownloadFault({ download }: { download: ReturnType<typeof useDownload> }) {
  if (!download.error) return null;
  return (
    <FaultNote error={download.error}>
      <p>No file was written: what came before the fault is not all.</p>
    </FaultNote>
  );
}
