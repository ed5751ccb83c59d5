import { startExpress } from './express-proxy.ts'

/** Requests alone are validated and answers streamed, which is how these packages are usually put together. */
startExpress(false)
