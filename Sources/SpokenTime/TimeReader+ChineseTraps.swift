/// What looks like a time in Chinese and is none.
extension TimeReader {
    /// Characters behind a number that make it something else: 5号线, 三年级, 80年代.
    private func goesOn(_ place: Range<Int>, _ characters: String) -> Bool {
        matcher.text(place.upperBound).map { characters.contains($0) } ?? false
    }

    /// One of these words behind it.
    private func hasWord(_ words: [String], _ place: Range<Int>) -> Bool {
        words.contains { matcher.has($0.map { String($0) }, at: place.upperBound) }
    }

    func acceptsChinese(_ place: Range<Int>) -> Bool {
        let last = tokens[place.upperBound - 1].text
        if goesOn(place, "线楼房门院桌机店台球级代车馆厅站口班路库仓柜床"), last != "天" { return false }
        // 一号灯, 三号会议室: one of several things.
        if last == "号", goesOn(place, "灯窗区位屏锅炉") || hasWord(["空调", "电梯", "会议室", "风扇", "插座", "音箱", "选手"], place) {
            return false
        }
        // 第二天: the day after, of something else; 每天, 每周一
        if matcher.isOneOf(["第", "每"], place.lowerBound - 1) { return false }
        // 周一至周五 is one by one; 双周一 and 周一围 are not read.
        return true
    }

    func acceptsChineseClock(_ place: Range<Int>) -> Bool {
        let first = place.lowerBound
        // 早一点, 晚一点: a little earlier or later.
        let isLittle =
            ["早", "晚"].contains(tokens[first].text) && tokens[first + 1..<place.upperBound].map(\.text) == ["一", "点"]
        if isLittle || matcher.isOneOf(["第", "早", "晚"], first - 1), isLittle || tokens[first].text == "一" {
            return false
        }
        if matcher.isOneOf(["章", "页", "版", "比"], first - 1) { return false }
        guard let mark = place.first(where: { tokens[$0].text == "点" || tokens[$0].text == "时" }) else { return true }
        // 倒计时1时30分: so long.
        if tokens[mark].text == "时", mark < place.upperBound - 1, countsTime { return false }
        if tokens[mark].text == "时", mark == place.upperBound - 1, goesOn(place, "间候代刻常尚期") { return false }
        let hasPart = matcher.match(.part, at: first) != nil || tokens[first].text == "中"
        // 三点五: a decimal.
        let rest = place.upperBound - mark - 1
        if rest == 1, !hasPart, let digit = matcher.number(at: mark + 1), digit.value < 10 { return false }
        // 三点建议, 两点要求: points of a list. Minutes or a part of the day make it a time, whatever follows.
        if rest == 0, !hasPart, !isLed(first) {
            if hasWord(["要求", "要点", "要素"], place) || goesOn(place, "儿意建水原理档式") { return false }
        }
        guard rest == 0, tokens[first].text == "一", mark == first + 1 else { return !goesOn(place, "五") }
        // 一点: a little, unless a day or place in time leads to it.
        let before = first - 1
        return matcher.isOneOf(["天", "在", "到", "前", "午", "于", "至", "从"], before)
            || endsWeekday(before) || (first == 0 && goesOn(place, "提叫见开"))
    }

    /// Whether a day or a part of the day ends there: 明天上午|十点.
    private func isLed(_ index: Int) -> Bool {
        (1...5).contains { back in
            [Slot.day, .part].contains { matcher.match($0, at: index - back)?.end == index }
        }
    }

    /// Whether the sentence is about how long something is.
    private var countsTime: Bool {
        tokens.indices.contains { index in
            [["计", "时"], ["时", "长"], ["持", "续"], ["定", "时", "器"]].contains { matcher.has($0, at: index) }
        }
    }

    func acceptsChineseLength(_ place: Range<Int>) -> Bool {
        // 1时30分 is a time of day elsewhere, but 一小时 and 1时30分钟 are lengths.
        if let mark = place.first(where: { tokens[$0].text == "时" }), matcher.text(mark - 1) != "小",
            tokens[place.upperBound - 1].text != "钟", !countsTime
        {
            return false
        }
        if matcher.isOneOf(["第", "每"], place.lowerBound - 1), tokens[place.upperBound - 1].text != "时" { return false }
        if goesOn(place, "级代号版纪龄岁刊报") { return false }
        // 一周年纪念
        if tokens[place.upperBound - 1].text == "周", goesOn(place, "年") { return false }
        // 24小时便利店, 24小时营业
        if goesOn(place, "便营服热") { return false }
        // 2026年 is a year, 三月五日 the end of a date.
        if tokens[place.upperBound - 1].text == "年", let value = matcher.number(at: place.lowerBound)?.value,
            value > 200
        {
            return false
        }
        if tokens[place.upperBound - 1].text == "日", matcher.isOneOf(["月"], place.lowerBound - 1) { return false }
        // 最后一天, 有一天: one day among others.
        if place.map({ tokens[$0].text }) == ["一", "天"],
            matcher.isOneOf(["后", "有", "那", "某", "哪"], place.lowerBound - 1)
        {
            return false
        }
        // 半天: half a day, but also quite a while.
        return place.map { tokens[$0].text } != ["半", "天"]
    }
}
