import t from 'tap';
import { changedRanges, sampleRanges } from '#dev/tools/changed-lines.ts';

const diff = `diff --git a/src/a.ts b/src/a.ts
--- a/src/a.ts
+++ b/src/a.ts
@@ -3 +3 @@ one
-old
+new
@@ -10,2 +9,0 @@ taken out
-gone
-gone
@@ -20,0 +18,3 @@ put in
+1
+2
+3
diff --git a/src/b.ts b/src/b.ts
--- /dev/null
+++ b/src/b.ts
@@ -0,0 +1,2 @@
+1
+2
`;

t.test('the lines that a diff adds or changes', async (t) =>
  t.same(changedRanges(diff), [
    { path: 'src/a.ts', from: 3, to: 3 },
    { path: 'src/a.ts', from: 18, to: 20 },
    { path: 'src/b.ts', from: 1, to: 2 },
  ]),
);

t.test('a sample is spread over all of them', async (t) => {
  const ranges = changedRanges(diff);
  t.same(sampleRanges(ranges, 6), ranges, 'all, where they are few');
  t.same(sampleRanges(ranges, 3), [
    { path: 'src/a.ts', from: 3, to: 3 },
    { path: 'src/a.ts', from: 19, to: 19 },
    { path: 'src/b.ts', from: 1, to: 1 },
  ]);
  t.same(sampleRanges([], 3), []);
});
