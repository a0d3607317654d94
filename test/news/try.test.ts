import { it } from 'vitest'
import { listening, said } from '../support/newsroom.ts'
import { at, BEFORE, counted, gets, getsNone, grows, refused, starts, serves, waits, line } from '../support/ipamd-lines.ts'
it('x', () => {
  const l = listening(BEFORE)
  console.log(said(l.hear(refused('20:01:00.000') + waits('20:01:05.000') + gets('20:01:06.000', 'shop/d', '10.0.1.14') + getsNone('20:01:10.000', 'shop/e') + getsNone('20:01:24.000', 'shop/e') + getsNone('20:01:25.000', 'shop/f')+ getsNone('20:01:26.000', 'shop/g')+ getsNone('20:01:27.000', 'shop/h')+ getsNone('20:01:28.000', 'shop/i')+ getsNone('20:01:38.000', 'shop/e')+waits('20:02:58.000') + grows('20:03:03.000', 6, 4, '10.0.1.15', '10.0.1.16')+gets('20:03:10.000','shop/e','10.0.1.15')+gets('20:03:10.000','shop/f','10.0.1.16'))).join('\n'))
  console.log(said(l.tick(at('20:03:20.000'))).join('\n'))
  console.log(said(l.tick(at('20:10:20.000'))).join('\n'))
  console.log(said(l.hear(starts('20:10:21.000')+serves('20:10:22.000'))).join('\n'))
  console.log(l.newsroom.status(at('20:10:22.000')))
  const m = listening(BEFORE)
  console.log(said(m.hear(waits('20:02:58.000'))).join('\n'))
})
