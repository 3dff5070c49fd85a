import { Page } from '../ui/page.tsx';

export default function SweepsPage() {
  return <Page title="Sweeps">{null}</Page>;
}
