'use strict';
// Runs a Node.js handler. Speaks the Lambda Runtime API over the socket that is standard input.
const fs = require('fs');
const net = require('net');
const path = require('path');
const { Writable, finished } = require('stream');
const util = require('util');

const socket = new net.Socket({ fd: 0, readable: true, writable: true });
const task = process.env.LAMBDA_TASK_ROOT;
let requestId = '';
let ready = false;
let dying = false;
let pending = null;
let streaming = null;
let rest = Buffer.alloc(0);

socket.on('error', () => process.exit(1));
socket.on('close', () => process.exit(0));
socket.on('data', (chunk) => {
  rest = rest.length ? Buffer.concat([rest, chunk]) : chunk;
  answered();
});

// One answer at a time: the next question is asked when the last is answered.
function answered() {
  if (!pending) return;
  if (!pending.head) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return;
    const [first, ...lines] = rest.subarray(0, end).toString('utf8').split('\r\n');
    const headers = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    pending.head = { status: Number(first.split(' ', 2)[1]), headers, length: Number(headers['content-length'] || 0) };
    rest = rest.subarray(end + 4);
  }
  const { head, resolve } = pending;
  if (rest.length < head.length) return;
  head.body = rest.subarray(0, head.length);
  rest = rest.subarray(head.length);
  pending = null;
  resolve(head);
}

function call(method, where, body, headers) {
  const bytes = Buffer.from(body || '');
  let text = `${method} /2018-06-01/runtime/${where} HTTP/1.1\r\nHost: runtime\r\nContent-Length: ${bytes.length}\r\n`;
  for (const [name, value] of Object.entries(headers || {})) text += `${name}: ${value}\r\n`;
  return new Promise((resolve) => {
    pending = { resolve, head: null };
    socket.ref();
    socket.write(Buffer.concat([Buffer.from(text + '\r\n'), bytes]));
    answered();
  });
}

// What a streaming handler writes to. The request begins with the first bytes, so that a handler that fails before them
// reports it as any other does; after that its error stands in the trailers.
class ResponseStream extends Writable {
  constructor(id) {
    super({ highWaterMark: 64 * 1024 });
    this.where = `invocation/${id}/response`;
    this.type = 'application/octet-stream';
    this.answer = null;
    this.closed_ = false;
    this._onBeforeFirstWrite = null;
  }

  setContentType(type) {
    if (this.answer) throw new Fault('Runtime.InvalidStreamingOperation', 'Cannot set content-type, too late.');
    this.type = String(type).replace(/[^\t\x20-\x7e]/g, '');
  }

  begin() {
    if (this.answer) return;
    const head =
      `POST /2018-06-01/runtime/${this.where} HTTP/1.1\r\nHost: runtime\r\nTransfer-Encoding: chunked\r\n` +
      `Content-Type: ${this.type}\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n` +
      'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n';
    this.answer = new Promise((resolve) => {
      pending = { resolve, head: null };
    });
    socket.ref();
    socket.write(head);
    const before = this._onBeforeFirstWrite;
    this._onBeforeFirstWrite = null;
    if (before) before((bytes) => this.chunk(Buffer.from(bytes)));
  }

  chunk(bytes, done) {
    if (!bytes.length) return done && process.nextTick(done);
    socket.write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]), done);
  }

  _write(bytes, encoding, done) {
    this.begin();
    this.chunk(Buffer.from(bytes, encoding), done);
  }

  _final(done) {
    this.begin();
    this.close('', done);
  }

  close(trailers, done) {
    if (this.closed_) return done && done();
    this.closed_ = true;
    socket.write(`0\r\n${trailers}\r\n`, done);
  }

  fail(error) {
    const [text, headers] = reported(error);
    // Trailers are short: a long trace stays in the log.
    const said = JSON.parse(text);
    const short = text.length <= 8192 ? text : JSON.stringify({ ...said, errorMessage: said.errorMessage.slice(0, 2048), trace: [] });
    const body = Buffer.from(short).toString('base64');
    const kind = headers['Lambda-Runtime-Function-Error-Type'];
    this.close(`Lambda-Runtime-Function-Error-Type: ${kind}\r\nLambda-Runtime-Function-Error-Body: ${body}\r\n`);
    return this.answer;
  }
}

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

globalThis.awslambda = {
  streamifyResponse(handler, options) {
    handler[STREAMING] = 'response';
    if (options && options.highWaterMark !== undefined) handler[Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark')] = options.highWaterMark;
    return handler;
  },
  HttpResponseStream: class HttpResponseStream {
    static from(stream, prelude) {
      stream.setContentType('application/vnd.awslambda.http-integration-response');
      const said = JSON.stringify(prelude);
      stream._onBeforeFirstWrite = (write) => {
        write(said);
        write(new Uint8Array(8));
      };
      return stream;
    }
  },
};

class Fault extends Error {
  constructor(name, message, cause) {
    super(message);
    this.name = name;
    if (cause && cause.stack) this.stack = `${name}: ${cause.stack}`;
  }
}

function described(error) {
  if (error instanceof Error || (error && error.name !== undefined && error.stack !== undefined)) {
    return { errorType: String(error.name), errorMessage: String(error.message), trace: String(error.stack).split('\n') };
  }
  return { errorType: typeof error, errorMessage: error === undefined ? 'undefined' : String(error), trace: [] };
}

function reported(error) {
  const said = described(error);
  const all = error instanceof Error ? { ...error } : {};
  let line;
  try {
    line = JSON.stringify({ errorType: said.errorType, errorMessage: said.errorMessage, ...all, stack: said.trace });
  } catch {
    line = JSON.stringify({ errorType: said.errorType, errorMessage: said.errorMessage, stack: said.trace });
  }
  write('ERROR', `${requestId ? 'Invoke' : 'Uncaught'} Error \t${line}`);
  const kind = said.errorType.replace(/[^A-Za-z0-9._-]/g, '').slice(0, 128) || 'Unknown';
  return [JSON.stringify(said), { 'Lambda-Runtime-Function-Error-Type': kind }];
}

// A process that ends must have its line written: pipes are written at once on Linux.
function write(level, message) {
  const line = `${new Date().toISOString()}\t${requestId || 'undefined'}\t${level}\t${message}`;
  process.stdout.write(line.replace(/\n/g, '\r') + '\n');
}

for (const [name, level] of [['log', 'INFO'], ['info', 'INFO'], ['warn', 'WARN'], ['error', 'ERROR'], ['debug', 'DEBUG'], ['trace', 'TRACE']]) {
  console[name] = (...parts) => write(level, util.format(...parts));
}

function isModule(file) {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  for (let folder = path.dirname(file); folder.startsWith(task); folder = path.dirname(folder)) {
    try {
      return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).type === 'module';
    } catch (error) {
      if (error.code !== 'ENOENT') return false;
    }
  }
  return false;
}

async function load(name) {
  const match = /^([^.]*)\.(.*)$/.exec(path.basename(name));
  if (!match) throw new Fault('Runtime.MalformedHandlerName', 'Bad handler');
  const stem = path.resolve(task, path.dirname(name), match[1]);
  const file = ['', '.js', '.mjs', '.cjs'].map((end) => stem + end).find((file) => fs.existsSync(file) && fs.statSync(file).isFile());
  let loaded;
  try {
    if (file && isModule(file)) {
      loaded = await import(require('url').pathToFileURL(file).href);
    } else {
      loaded = require(file || require.resolve(stem, { paths: [task] }));
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw new Fault('Runtime.UserCodeSyntaxError', String(error), error);
    const missing = error && (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND');
    if (missing) {
      const asked = file ? error.message : `Cannot find module '${match[1]}'\nRequire stack:\n- ${__filename}`;
      throw new Fault('Runtime.ImportModuleError', `Error: ${asked}`, error);
    }
    throw error;
  }
  const found = match[2].split('.').reduce((value, key) => value && value[key], loaded);
  if (!found) throw new Fault('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof found !== 'function') throw new Fault('Runtime.HandlerNotFound', `${name} is not a function`);
  return found;
}

function contextOf(headers, done) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const env = process.env;
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: headers['lambda-runtime-client-context'] ? JSON.parse(headers['lambda-runtime-client-context']) : undefined,
    identity: undefined,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
  };
  context.done = (error, result) => done(context, error, result);
  context.succeed = (result) => done({ callbackWaitsForEmptyEventLoop: false }, null, result);
  context.fail = (error) => done({ callbackWaitsForEmptyEventLoop: false }, error === undefined || error === null ? 'handled' : error);
  return context;
}

// Runs the handler once. An async one is done when its promise is; one with a callback when nothing is left to do, unless
// it says otherwise; one that does neither ends with nothing.
function run(handler, event, headers) {
  return new Promise((resolve, reject) => {
    let called = null;
    const settle = (how, value) => {
      process.removeListener('beforeExit', empty);
      how(value);
    };
    const finish = () => (called && called.error !== null && called.error !== undefined ? settle(reject, called.error) : settle(resolve, called ? called.result : null));
    const empty = () => finish();
    const done = (context, error, result) => {
      if (called) return;
      called = { error, result };
      if (!context.callbackWaitsForEmptyEventLoop || (error !== null && error !== undefined)) finish();
    };
    process.on('beforeExit', empty);
    // What waits for the server must not keep the loop from being empty.
    socket.unref();
    try {
      const context = contextOf(headers, done);
      const returned = handler(event, context, context.done);
      if (returned && typeof returned.then === 'function') {
        returned.then((value) => settle(resolve, value), (error) => settle(reject, error));
      }
    } catch (error) {
      settle(reject, error);
    }
  });
}

// Runs a streaming handler once: done when it is and its stream has ended.
async function stream(handler, event, headers) {
  const out = new ResponseStream(requestId);
  streaming = out;
  const over = new Promise((resolve) => finished(out, { readable: false }, (error) => resolve(error)));
  try {
    const returned = handler(event, out, contextOf(headers, () => {}));
    if (!returned || typeof returned.then !== 'function') throw new Fault('Runtime.InvalidStreamingOperation', 'Streaming does not support non-async handlers.');
    await returned;
    const error = await over;
    if (error) throw error;
    await out.answer;
  } catch (error) {
    if (!out.answer) throw error;
    await out.fail(error);
  } finally {
    streaming = null;
  }
}

async function die(error) {
  if (dying) return;
  dying = true;
  if (!requestId && ready) {
    // The connection is taken by the question for the next event.
    reported(error);
    process.exit(129);
  }
  if (streaming && streaming.answer) {
    await streaming.fail(error);
    process.exit(129);
  }
  const [body, headers] = reported(error);
  await call('POST', requestId ? `invocation/${requestId}/error` : 'init/error', body, headers);
  process.exit(129);
}

process.on('uncaughtException', (error) => void die(error));
process.on('unhandledRejection', (reason) => {
  const error = new Fault('Runtime.UnhandledPromiseRejection', String(reason), reason);
  void die(error);
});

async function main() {
  let handler;
  try {
    handler = await load(process.env._HANDLER || '');
  } catch (error) {
    const [body, headers] = reported(error);
    await call('POST', 'init/error', body, headers);
    process.exit(1);
  }
  ready = true;
  for (;;) {
    requestId = '';
    const { status, headers, body } = await call('GET', 'invocation/next');
    if (status !== 200) process.exit(1);
    requestId = headers['lambda-runtime-aws-request-id'];
    if (headers['lambda-runtime-trace-id']) process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
    try {
      if (handler[STREAMING] === 'response') {
        await stream(handler, JSON.parse(body), headers);
        continue;
      }
      const result = await run(handler, JSON.parse(body), headers);
      let answer;
      try {
        answer = JSON.stringify(result === undefined ? null : result);
      } catch {
        throw new Error('Unable to stringify response body');
      }
      await call('POST', `invocation/${requestId}/response`, answer === undefined ? 'null' : answer, { 'Content-Type': 'application/json' });
    } catch (error) {
      const [text, more] = reported(error);
      await call('POST', `invocation/${requestId}/error`, text, more);
    }
  }
}

void main();
