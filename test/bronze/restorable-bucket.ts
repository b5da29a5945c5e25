import { createHash } from 'node:crypto';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type GetObjectCommandOutput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { storageFailure } from '../../bronze/storage-errors.ts';
import { makeBucket, readObject, TestHour } from '../support/s3.ts';
import type { Answer, Call, Command, StepAnswers } from './paused-attempt.ts';

/** The content of a bucket: the text of each object, by its key. */
export type Image = ReadonlyMap<string, string>;

export const PREFIX = 'amplitude';

/** The content of objects that came from a file, by their checksum. */
const texts = new Map<string, string>();

/** A bucket of the real storage that can be restored to any earlier state. */
export class RestorableBucket {
  readonly hour: TestHour;
  /** The content of the bucket, by the answers of the storage. */
  #image: Image = new Map();
  /** The answers of the storage. */
  static readonly #answers = new Map<string, Answer>();
  /** What was wrong with the hour, by the id of the bucket's content. */
  static readonly #problems = new Map<string, readonly string[]>();

  constructor(hour: TestHour) {
    this.hour = hour;
  }

  static async open(): Promise<RestorableBucket> {
    return new RestorableBucket(new TestHour(await makeBucket(), PREFIX));
  }

  /**
   * Answers calls that are made at the same moment, when the bucket holds `image`; returns its content after them. No
   * request is sent for a call that was made before, when all that its answer can depend on was the same.
   */
  async ask(image: Image, calls: readonly Call[]): Promise<{ answers: StepAnswers; image: Image }> {
    const asked = calls.map((call) => ({ call, question: question(call, image) }));
    const isKnown = asked.every(({ question }) => RestorableBucket.#answers.has(question));
    if (!isKnown) {
      await this.#restore(image);
      await Promise.all(
        asked.map(async ({ call, question }) => {
          RestorableBucket.#answers.set(question, await this.#send(call.command));
        }),
      );
    }
    const answers = new Map<string, Answer>();
    let after = image;
    for (const { call, question } of asked) {
      const answer = RestorableBucket.#answers.get(question);
      if (answer === undefined) continue;
      answers.set(call.name, answer);
      if (!('error' in answer)) after = carriedOut(call.command, after);
    }
    if (!isKnown) this.#image = after;
    return { answers, image: after };
  }

  async #send(command: Command): Promise<Answer> {
    try {
      const output = await this.hour.bucket.client.send(command);
      if (command instanceof GetObjectCommand) {
        const { ETag, Body } = output as GetObjectCommandOutput;
        const text = (await Body?.transformToString()) ?? '';
        return { said: `${ETag} ${text}`, output: { ETag, Body: { transformToString: async () => text } } };
      }
      if (command instanceof ListObjectsV2Command) {
        const { Contents = [] } = output as ListObjectsV2CommandOutput;
        return { said: Contents.map(({ Key, Size }) => `${Key} ${Size}`).join(' '), output };
      }
      if (command instanceof PutObjectCommand) await this.#learnText(command);
      return { said: 'done', output };
    } catch (error) {
      const { status, name } = storageFailure(error);
      // No interleaving explains any other answer.
      if (status !== 404 && status !== 412) throw error;
      return { said: name, error };
    }
  }

  /** Reads an object that came from a file, unless one with its checksum was read before. */
  async #learnText({
    input: { Key: key = '', Body: body, ChecksumCRC64NVME: checksum = '' },
  }: PutObjectCommand) {
    if (typeof body === 'string' || texts.has(checksum)) return;
    texts.set(checksum, Buffer.from(await readObject(this.hour.bucket, key)).toString());
  }

  /** What is wrong with the hour when the bucket holds `image`; every object is read. */
  async problems(image: Image): Promise<readonly string[]> {
    const id = imageId(image);
    const known = RestorableBucket.#problems.get(id);
    if (known !== undefined) return known;
    await this.#restore(image);
    const problems = await this.hour.problems();
    RestorableBucket.#problems.set(id, problems);
    return problems;
  }

  /** Makes the bucket hold exactly this. Equal texts have equal ETags, so attempts cannot notice. */
  async #restore(image: Image): Promise<void> {
    const { bucket } = this.hour;
    const { gone, changed } = this.#difference(image);
    await Promise.all(changed.map(([key, text]) => bucket.putText(key, text, 'text/plain')));
    await bucket.delete(gone);
    this.#image = image;
  }

  /** The item whose content the bucket can be restored to with the fewest calls. */
  nearest<T extends { readonly image: Image }>(items: Iterable<T>): T | undefined {
    let nearest: T | undefined;
    let calls = Infinity;
    for (const item of items) {
      const { gone, changed } = this.#difference(item.image);
      const needed = changed.length + Math.sign(gone.length);
      if (needed < calls) [nearest, calls] = [item, needed];
      if (needed === 0) break;
    }
    return nearest;
  }

  #difference(image: Image): { gone: string[]; changed: [string, string][] } {
    return {
      gone: [...this.#image.keys()].filter((key) => !image.has(key)),
      changed: [...image].filter(([key, text]) => this.#image.get(key) !== text),
    };
  }
}

/** A call, and all in the bucket that its answer can depend on, as text. */
function question({ command, name, reads, stores }: Call, image: Image): string {
  const seen = [...image].filter(
    ([key]) => stores.includes(key) || reads.some((folder) => key.startsWith(folder)),
  );
  const put = command instanceof PutObjectCommand ? command.input : undefined;
  const stored = typeof put?.Body === 'string' ? put.Body : put?.ChecksumCRC64NVME;
  return JSON.stringify([name.slice(2), stored, put?.IfMatch, put?.IfNoneMatch, byKey(seen)]);
}

/** The content of a bucket that held `image`, after a command. */
function carriedOut(command: Command, image: Image): Image {
  if (command instanceof PutObjectCommand) {
    const { Key: key = '', Body: body, ChecksumCRC64NVME: checksum = '' } = command.input;
    return new Map([...image, [key, typeof body === 'string' ? body : (texts.get(checksum) ?? '')]]);
  }
  if (command instanceof DeleteObjectsCommand) {
    const gone = new Set(command.input.Delete?.Objects?.map(({ Key }) => Key));
    return new Map([...image].filter(([key]) => !gone.has(key)));
  }
  return image;
}

/** The same text for the same image. */
export function imageId(image: Image): string {
  return createHash('sha256')
    .update(JSON.stringify(byKey(image)))
    .digest('hex');
}

/** The objects of an image in the order of their keys. */
function byKey(image: Iterable<[string, string]>): [string, string][] {
  return [...image].sort(([one], [other]) => (one < other ? -1 : 1));
}
