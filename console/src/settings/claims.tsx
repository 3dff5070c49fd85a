import { Page } from '../ui/page.tsx';

export default function ClaimsPage() {
  return <Page title="Claims">{null}</Page>;
}
