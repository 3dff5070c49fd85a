import { Page } from '../ui/page.tsx';

export default function ChangePage() {
  return <Page title="Change">{null}</Page>;
}
