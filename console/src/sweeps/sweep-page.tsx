import { Page } from '../ui/page.tsx';

export default function SweepPage() {
  return <Page title="Sweep">{null}</Page>;
}
