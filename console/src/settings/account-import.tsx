import { Page } from '../ui/page.tsx';

export default function ImportPage() {
  return <Page title="Import">{null}</Page>;
}
