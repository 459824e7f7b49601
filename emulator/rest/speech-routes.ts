import { readForm } from './form-data.ts';
import { ok, text, type RestAnswer, type Route } from './route.ts';

/** Speech to text. What is heard in a file is what its bytes spell. */
export const speechRoutes: readonly Route[] = [
  {
    name: 'transcribe-file',
    method: 'POST',
    path: 'api/sdk/v1/speech/transcriptions',
    handle({ body }, { files }) {
      const { fileId } = (body['data'] ?? {}) as { readonly fileId?: unknown };
      const file = files.find(text(fileId));
      return file === undefined ? refusal(404, 4041001, 'file not found') : heard(file.bytes);
    },
  },
  {
    name: 'transcribe-upload',
    method: 'POST',
    path: 'api/sdk/v1/speech/recognitions',
    handle({ bytes, contentType }) {
      const part = readForm(bytes, contentType).find(({ filename }) => filename !== undefined);
      return part === undefined ? refusal(400, 4001002, 'invalid file') : heard(part.bytes);
    },
  },
];

function heard(bytes: Buffer): RestAnswer {
  return ok({ data: { text: bytes.toString('utf8') } });
}

/** An error in the shape of these routes, which is not that of all others. */
function refusal(status: number, code: number, message: string): RestAnswer {
  return { status, body: { error: { code, message } } };
}
