import { demoStudies } from './make-studies.ts';

/** node tools/phantom/main.ts OUT [SEED]: writes the demo studies and prints what is in them. */
const [out, seed = 'readroom'] = process.argv.slice(2);
if (!out) {
  console.error('Usage: node tools/phantom/main.ts OUT [SEED]');
  process.exit(2);
}
for await (const { studyUid, modality, truth, folder, files } of demoStudies(out, { seed, now: new Date() })) {
  console.log(`${modality}  ${files.length} files  haemorrhage ${truth.haemorrhage}  pneumonia ${truth.pneumonia}  ${studyUid}  ${folder}`);
}
