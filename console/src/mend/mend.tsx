import Drawer from '../ui/drawer.tsx';
import type { Operation } from './operation.ts';

export default function Mend({ operation, onClose }: { operation: Operation; onClose: () => void }) {
  return (
    <Drawer title={operation.kind} onClose={onClose}>
      {null}
    </Drawer>
  );
}
