import { EventEmitter, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Bucket } from '../../bronze/bucket.ts';
import type { StorageObserver } from '../../bronze/manifest-store.ts';
import { withAttemptIdsOf } from './attempt-ids.ts';

export type Command = Parameters<S3Client['send']>[0];

/** A program that makes calls to a bucket, reports to its observer, and ends with an outcome in one word. */
export type Attempt = (bucket: Bucket, observe: StorageObserver) => Promise<string>;

/** The answer of the storage, or of the test in its place. `said` is its content that matters, as text. */
export type Answer = { readonly said: string } & ({ readonly output: unknown } | { readonly error: unknown });

/** The objects that calls read, store and delete; a call may read a whole folder. */
export interface Touch {
  readonly reads: readonly string[];
  readonly stores: readonly string[];
  readonly deletes: readonly string[];
}

/** A call that an attempt has made and that has no answer yet. */
export interface Call extends Touch {
  readonly command: Command;
  readonly name: string;
  readonly answer: (answer: Answer) => void;
}

/** Calls that are answered together, at one moment. */
export interface Step extends Touch {
  readonly name: string;
  readonly actor: Actor;
  readonly calls: readonly Call[];
}

/** The answers of one step, by the names of its calls. */
export type StepAnswers = ReadonlyMap<string, Answer>;

/** True when the order of the two makes no difference. */
export function areIndependent(one: Touch, other: Touch): boolean {
  return !disturbs(one, other) && !disturbs(other, one);
}

function disturbs(one: Touch, other: Touch): boolean {
  return (
    one.stores.some((key) => other.stores.includes(key) || other.deletes.includes(key)) ||
    [...one.stores, ...one.deletes].some((key) => other.reads.some((folder) => key.startsWith(folder)))
  );
}

/** The author of calls: an attempt, or the network that delivers a call late. */
export class Actor {
  readonly name: string;
  readonly pending: Call[] = [];
  readonly history: StepAnswers[] = [];
  readonly #events = new EventEmitter();
  readonly #told: string[] = [];
  /** Objects that the attempt has begun to send; their files are still being opened. */
  readonly #opening = new Set<string>();
  #phase = 0;
  #isAbandoned = false;
  outcome: string | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** Starts an attempt; each of its calls waits for its answer. */
  start(attempt: Attempt, real: Bucket): void {
    const send = (command: Command): Promise<unknown> =>
      new Promise((resolve, reject) => {
        this.call(command, (answer) => {
          if ('error' in answer) reject(answer.error);
          else resolve(answer.output);
        });
      });
    const client = Object.assign(Object.create(real.client) as S3Client, { send });
    const observe: StorageObserver = async ({ name, item }, run) => {
      if (name === 'put-object') this.#opening.add(item);
      return run();
    };
    const end = (outcome: string): void => {
      this.outcome = outcome;
      this.#events.emit('paused');
    };
    void withAttemptIdsOf(this.name, () => attempt(new Bucket(client, real.name), observe)).then(
      end,
      (error: unknown) => end(String(error)),
    );
  }

  call(command: Command, answer: (answer: Answer) => void): void {
    if (this.#isAbandoned) {
      answer(KILLED);
      return;
    }
    const { name, ...touch } = describe(command);
    for (const key of touch.stores) this.#opening.delete(key);
    this.pending.push({ command, name: `${this.name} ${name}`, answer, ...touch });
    this.#events.emit('paused');
  }

  /** Resolves when the attempt can get no further without an answer, or has ended. */
  async paused(): Promise<void> {
    while (this.outcome === undefined && (this.pending.length === 0 || this.#opening.size > 0)) {
      await once(this.#events, 'paused');
    }
    // All calls that an attempt makes at the same moment are made within one turn of the event loop.
    await nextTurn();
  }

  /**
   * The steps that can be answered next. Calls that are made at the same moment (those of a listing, or of an hour's
   * objects) are answered together; with `apart`, those on event objects are answered one by one.
   */
  steps(apart: boolean): Step[] {
    const groups = apart
      ? [
          this.pending.filter(({ name }) => name.includes('/events/')),
          this.pending.filter(({ name }) => !name.includes('/events/')),
        ]
      : [this.pending];
    return groups
      .filter((calls) => calls.length > 0)
      .map((calls) => ({
        name: calls.map(({ name }) => name).join(' & '),
        actor: this,
        calls: [...calls],
        reads: calls.flatMap(({ reads }) => reads),
        stores: calls.flatMap(({ stores }) => stores),
        deletes: calls.flatMap(({ deletes }) => deletes),
      }));
  }

  answer(answers: StepAnswers): void {
    this.history.push(answers);
    for (const [name, answer] of answers) {
      const index = this.pending.findIndex((call) => call.name === name);
      const [call] = index < 0 ? [] : this.pending.splice(index, 1);
      if (call === undefined)
        throw new Error(`${this.name} does not repeat itself: it does not call ${name}`);
      this.#told.push(`${this.#phase} ${name} -> ${answer.said}`);
      call.answer(answer);
    }
    if (this.pending.length === 0) this.#phase += 1;
  }

  /** All answers that the actor has got: they decide what it does next. */
  get knowledge(): string {
    return [...this.#told].sort().join('\n');
  }

  /** Ends the attempt: from now on its calls fail, and none reaches the storage. */
  abandon(): void {
    this.#isAbandoned = true;
    for (const { answer } of this.pending) answer(KILLED);
  }
}

const KILLED: Answer = {
  said: 'killed',
  error: Object.assign(new Error('the attempt was abandoned'), { name: 'AbortError' }),
};

function describe(command: Command): Touch & { name: string } {
  const nothing = { reads: [], stores: [], deletes: [] };
  if (command instanceof GetObjectCommand) {
    const { Key: key = '' } = command.input;
    return { ...nothing, name: `GET ${key}`, reads: [key] };
  }
  if (command instanceof PutObjectCommand) {
    const { Key: key = '' } = command.input;
    return { ...nothing, name: `PUT ${key}`, stores: [key] };
  }
  if (command instanceof ListObjectsV2Command) {
    const { Prefix: folder = '' } = command.input;
    return { ...nothing, name: `LIST ${folder}`, reads: [folder] };
  }
  if (command instanceof ListMultipartUploadsCommand) {
    return { ...nothing, name: `LIST UPLOADS ${command.input.Prefix}` };
  }
  if (command instanceof DeleteObjectsCommand) {
    const deletes = (command.input.Delete?.Objects ?? []).map(({ Key = '' }) => Key);
    return { ...nothing, name: `DELETE ${deletes.join(' ')}`, deletes };
  }
  throw new Error(`the explorer does not know ${command.constructor.name}`);
}
