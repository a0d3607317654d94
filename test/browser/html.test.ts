import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.ts'
import { html } from '../../src/reporters/html.ts'
import { markdown } from '../../src/reporters/markdown.ts'
import { HOSTILE, madeUpNode, madeUpReport, reportOf } from '../reporters/made-up-report.ts'

/** Of the system: the tests download none. Where there is none they are skipped. */
const CHROMIUM = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  path => path !== undefined && existsSync(path),
)

const REPORTS: Readonly<Record<string, Report>> = {
  incident: madeUpReport({ pods: 50 }),
  quiet: { ...reportOf([{ ...madeUpNode(), incidents: [], findings: [] }]), problems: [] },
  nodes: reportOf(
    ['worst', 'bad', 'poor'].map((node, i) =>
      madeUpNode({ node: `ip-10-20-31-${i}.${node}.eu-west-1.compute.internal`, pods: 30 - 10 * i, recovered: i > 0 }),
    ),
  ),
  hostile: madeUpReport({ pods: HOSTILE.length, name: i => HOSTILE[i] as string, node: HOSTILE.join(''), line: HOSTILE.join('') }),
}

const OPTIONS = { columns: 100, color: false, verbose: false, quiet: false }

describe.skipIf(CHROMIUM === undefined)('the page in a browser', { timeout: 60_000 }, () => {
  let browser: Browser
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ipamd-trace-'))
    for (const [name, report] of Object.entries(REPORTS)) writeFileSync(join(folder, `${name}.html`), html(report, OPTIONS))
    browser = await puppeteer.launch({
      executablePath: CHROMIUM as string,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    })
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Opens a page; `said` collects what the browser complains of and asks for. */
  async function open(
    name: string,
    { dark = false, scripts = true }: { dark?: boolean; scripts?: boolean } = {},
  ): Promise<{ page: Page; said: string[] }> {
    const page = await browser.newPage()
    const said: string[] = []
    const url = pathToFileURL(join(folder, `${name}.html`)).href
    page.on('console', message => void said.push(`${message.type()}: ${message.text()}`))
    page.on('pageerror', error => void said.push(String(error)))
    page.on('dialog', dialog => void said.push(`dialog: ${dialog.message()}`))
    page.on('request', request => request.url() !== url && void said.push(`request: ${request.url()}`))
    await page.setJavaScriptEnabled(scripts)
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }])
    await page.setViewport({ width: 1280, height: 900 })
    await page.goto(url)
    await page.evaluate(`document.querySelector('svg.time').scrollIntoView({ block: 'center' })`)
    return { page, said }
  }

  const readout = (page: Page): Promise<unknown> =>
    page.evaluate(`[...document.querySelectorAll('.readout li')].map(line => line.textContent)`)
  const viewBox = (page: Page): Promise<unknown> => page.evaluate(`document.querySelector('svg.time').getAttribute('viewBox')`)

  it.each(Object.keys(REPORTS))(
    'asks for nothing, breaks no rule of its policy, and can be used by everybody, light and dark: %s',
    async name => {
      const { page, said } = await open(name)
      await page.evaluate(`for (const details of document.querySelectorAll('details')) details.open = true`)
      await page.evaluate(axe.source)
      for (const [scheme, rules] of [
        ['light', undefined],
        ['dark', { runOnly: ['color-contrast'] }],
      ] as const) {
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
        const found = (await page.evaluate(
          `axe.run(document, { resultTypes: ['violations'], ...${JSON.stringify(rules ?? {})} }).then(({ violations }) => violations.map(({ id, impact, nodes }) => [impact, id, nodes[0].html.slice(0, 200), nodes[0].failureSummary].join(' ')))`,
        )) as string[]
        expect(found, scheme).toEqual([])
      }
      expect(said).toEqual([])
      await page.close()
    },
  )

  it.each(Object.keys(REPORTS))('has room for each label of the chart, and does not scroll sideways, at any width: %s', async name => {
    const { page } = await open(name)
    for (const width of [400, 1280, 1920]) {
      await page.setViewport({ width, height: 900 })
      const faults = await page.evaluate(`(() => {
      const faults = []
      for (const chart of document.querySelectorAll('svg.chart')) {
        const frame = chart.closest('figure').getBoundingClientRect()
        const boxes = [...chart.querySelectorAll('text')].map(text => ({ text: text.textContent, box: text.getBoundingClientRect() })).filter(({ box }) => box.width > 0)
        for (const [i, { text, box }] of boxes.entries()) {
          if (text.length < 400 && (box.left < frame.left || box.right > frame.right || box.bottom > frame.bottom)) faults.push('clipped: ' + text)
          for (const other of boxes.slice(i + 1))
            if (box.left < other.box.right && other.box.left < box.right && box.top + 2 < other.box.bottom - 2 && other.box.top + 2 < box.bottom - 2) faults.push(text + ' over ' + other.text)
        }
        if (boxes.length < 3) faults.push('no labels')
      }
      if (document.documentElement.scrollWidth > innerWidth) faults.push('wider than the window: ' + document.documentElement.scrollWidth)
      return faults
    })()`)
      expect(faults, `${width} px`).toEqual([])
    }
    await page.close()
  })

  it('shows verdict, chart, pods and evidence without scripts, and no button that would do nothing', async () => {
    const { page, said } = await open('incident', { scripts: false })
    const shown = (await page.evaluate(`document.body.innerText`)) as string
    expect(shown).toContain('Pods could not get an IP address for 5m')
    expect(shown).toContain('shop/cart-6d9f7c8b54-0')
    expect(await page.evaluate(`[...document.querySelectorAll('button, input')].filter(one => one.checkVisibility()).length`)).toBe(0)
    expect(await page.evaluate(`document.querySelector('path.assigned').getBoundingClientRect().height`)).toBeGreaterThan(100)
    await page.evaluate(`document.querySelector('.evidence summary').click()`)
    expect(await page.evaluate(`document.querySelector('.evidence pre').checkVisibility()`)).toBe(true)
    expect(said).toEqual([])
    await page.close()
  })

  it('tells the same to the pointer, to the keyboard and to a screen reader', async () => {
    const { page } = await open('incident')
    await page.focus('input[type=range]')
    const moments = Number(await page.evaluate(`document.querySelector('input[type=range]').max`))
    expect(moments).toBeGreaterThan(20)
    await page.keyboard.press('Home')
    for (const [what, at] of [
      ['CreateNetworkInterface', '20:41:02'],
      ['a request of shop/cart-6d9f7c8b54-0 failed (line 184236)', '20:41:07'],
      ['batch/cart-6d9f7c8b54-1 gave its address back (line 185230)', '20:45:30'],
    ] as const) {
      let byKeyboard: string[] = []
      for (let i = 0; i < moments && !byKeyboard.some(line => line.includes(what)); i++) {
        await page.keyboard.press('ArrowRight')
        byKeyboard = (await readout(page)) as string[]
      }
      expect(byKeyboard[0]).toBe(`At ${at} UTC`)
      const spoken = (await page.evaluate(`document.querySelector('input[type=range]').getAttribute('aria-valuetext')`)) as string
      expect(spoken).toBe([at, ...byKeyboard.slice(1)].join('. '))
      const place = (await page.evaluate(
        `(() => { const mark = [...document.querySelectorAll('.time path')].find(one => one.textContent.includes(${JSON.stringify(what)})).getBoundingClientRect(); return [mark.x + mark.width / 2, mark.y + mark.height / 2] })()`,
      )) as [number, number]
      await page.mouse.move(place[0] + 30, place[1])
      expect(await readout(page)).not.toEqual(byKeyboard)
      await page.mouse.move(...place)
      const byPointer = (await readout(page)) as string[]
      expect(byPointer.slice(1)).toEqual(byKeyboard.slice(1))
    }
    await page.close()
  })

  it('names the node where there are several', async () => {
    const { page } = await open('nodes')
    await page.focus('input[type=range]')
    expect((await readout(page)) as string[]).toContainEqual(
      expect.stringMatching(
        /^ip-10-20-31-0\.worst\.eu-west-1\.compute\.internal: 29 total, 29 assigned, 0 assignable since 20:40:58\.000$/,
      ),
    )
    await page.close()
  })

  it('zooms where one drags, and back', async () => {
    const { page, said } = await open('incident')
    const before = await viewBox(page)
    const labels = (): Promise<unknown> => page.evaluate(`[...document.querySelectorAll('.axis text')].map(text => text.textContent)`)
    const drawn = await labels()
    const box = (await page.evaluate(
      `(({ x, y, width }) => [x, y, width])(document.querySelector('svg.chart .frame').getBoundingClientRect())`,
    )) as [number, number, number]
    const [x, y, width] = box
    await page.mouse.move(x + width * 0.25, y + 60)
    await page.mouse.down()
    await page.mouse.move(x + width * 0.5, y + 60, { steps: 4 })
    await page.mouse.up()
    const zoomed = ((await viewBox(page)) as string).split(' ').map(Number)
    expect(zoomed[0]).toBeCloseTo(2_500, -2)
    expect(zoomed[2]).toBeCloseTo(2_500, -2)
    expect(await labels()).not.toEqual(drawn)
    await page.click('button[data-do=reset]')
    expect(await viewBox(page)).toBe(before)
    expect(await labels()).toEqual(drawn)
    await page.click('button[data-do=in]')
    expect(Number(((await viewBox(page)) as string).split(' ')[2])).toBe(5_000)
    expect(said).toEqual([])
    await page.close()
  })

  it('copies the Markdown and the commands', async () => {
    const { page } = await open('incident')
    // A file has no origin to be granted the clipboard: what is asked to be written is caught instead.
    await page.evaluate(
      `Object.defineProperty(navigator, 'clipboard', { value: { writeText: async text => { globalThis.copied = text } } })`,
    )
    await page.click('#copy-markdown')
    await page.waitForFunction(`globalThis.copied !== undefined`)
    expect(await page.evaluate(`copied`)).toBe(markdown(REPORTS.incident as Report, OPTIONS))
    await page.click('.actions button.copy')
    expect(await page.evaluate(`copied`)).toBe('aws ec2 describe-subnets --subnet-ids subnet-0b7e4d19c2a8f6350')
    expect(await page.evaluate(`document.querySelector('.actions button.copy').textContent`)).toBe('Copied')
    await page.close()
  })

  it('prints, with what is folded on the screen, also without scripts', async () => {
    const { page } = await open('incident', { scripts: false, dark: true })
    const pdf = Buffer.from(await page.pdf({ format: 'A4', printBackground: false }))
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    await page.emulateMediaType('print')
    expect(await page.evaluate(`document.querySelector('.evidence pre').getBoundingClientRect().height`)).toBeGreaterThan(10)
    expect(await page.evaluate(`getComputedStyle(document.body).backgroundColor`)).toBe('rgb(255, 255, 255)')
    await page.close()
  })
})
