import type { Sweep } from '../../../typescript/src/index.ts';

/** The output of a bar. Nothing is drawn when it is not a terminal. */
export type Screen = Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean; columns?: number };

export interface Bar {
  show(sweep: Sweep): void;
  /** Takes the bar away, so that lines can follow. */
  end(): void;
}

const width = 30;
const backToStart = '\r';
const eraseToEnd = '\u001B[K';

export function barOn(screen: Screen): Bar {
  let isShown = false;
  return {
    show(sweep) {
      if (!screen.isTTY) return;
      isShown = true;
      // A line that wraps could not be drawn over.
      screen.write(`${backToStart}${barText(sweep).slice(0, (screen.columns || 80) - 1)}${eraseToEnd}`);
    },
    end() {
      if (isShown) screen.write(`${backToStart}${eraseToEnd}`);
      isShown = false;
    },
  };
}

function barText({ total, done, failed, verdicts }: Sweep): string {
  const share = total > 0 ? done / total : 1;
  const full = Math.floor(share * width);
  const counts = Object.entries(verdicts).map(([verdict, count]) => `${count} ${verdict}`);
  const numbers = [`${done} of ${total} accounts`, ...(failed > 0 ? [`${failed} failed`] : []), ...counts];
  return `[${'='.repeat(full)}${' '.repeat(width - full)}] ${Math.floor(share * 100)} %  ${numbers.join('  ')}`;
}
