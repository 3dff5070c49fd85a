import { Page } from '../ui/page.tsx';

export default function HistoryPage() {
  return <Page title="History">{null}</Page>;
}
