extension Lexicon {
    static let chinese: Lexicon = {
        var lexicon = Lexicon(.chinese)
        lexicon.numbers.isChinese = true
        lexicon.addChineseNames()
        lexicon.addChineseLengths()
        lexicon.addChineseDays()
        lexicon.addChineseClocks()
        lexicon.use(.chinese)
        return lexicon
    }()

    private mutating func addChineseNames() {
        let weekdays = ["日", "一", "二", "三", "四", "五", "六"]
        name(
            .weekday,
            weekdays.enumerated().flatMap { place, day in
                ["周", "星期", "礼拜"].map { ("\($0)\(day)", SlotValue.weekday(place)) }
            } + [("周天|星期天|礼拜天", .weekday(0))])
        name(
            .unit,
            [
                ("秒|秒钟", .unit(.second)), ("分钟", .unit(.minute)), ("小时|个小时|个钟头|钟头|个钟", .unit(.hour)),
                ("天|日", .unit(.day)), ("周|星期|个星期|礼拜|个礼拜", .unit(.week)), ("个月", .unit(.month)), ("年", .unit(.year)),
            ])
        name(
            .part,
            [
                ("凌晨", .part(.early)), ("早上|早晨|清晨|上午|一早|一大早|大清早|清早|早", .part(.morning)), ("中午|正午", .part(.noon)),
                ("下午|午后", .part(.afternoon)), ("傍晚|晚间|晚上|晚", .part(.evening)), ("夜里|半夜|深夜|夜间|午夜", .part(.night)),
            ])
        name(
            .week,
            [
                ("下个|下", .week(.ahead(1))), ("下下|下下个", .week(.ahead(2))), ("这|这个|本", .week(.ahead(0))),
                ("上|上个", .week(.ahead(-1))),
            ])
        name(
            .holiday,
            [
                ("元旦|元旦节|新年第一天", .holiday(.fixed(month: 1, day: 1))), ("情人节", .holiday(.fixed(month: 2, day: 14))),
                ("妇女节|三八妇女节", .holiday(.fixed(month: 3, day: 8))), ("植树节", .holiday(.fixed(month: 3, day: 12))),
                ("劳动节|五一|五一劳动节|五一节", .holiday(.fixed(month: 5, day: 1))),
                ("儿童节|六一儿童节|六一", .holiday(.fixed(month: 6, day: 1))),
                ("建军节", .holiday(.fixed(month: 8, day: 1))), ("教师节", .holiday(.fixed(month: 9, day: 10))),
                ("国庆节|国庆|十一国庆", .holiday(.fixed(month: 10, day: 1))), ("万圣节", .holiday(.fixed(month: 10, day: 31))),
                ("光棍节|双十一", .holiday(.fixed(month: 11, day: 11))), ("平安夜", .holiday(.fixed(month: 12, day: 24))),
                ("圣诞节|圣诞", .holiday(.fixed(month: 12, day: 25))), ("复活节", .holiday(.easter(0))),
                ("感恩节", .holiday(.thanksgiving(0))),
                ("跨年夜", .holiday(.fixed(month: 12, day: 31))),
            ])
        name(.zone, SpokenZone.chinese)
    }

    private mutating func addChineseLengths() {
        add(.quantity, [("半", .quantity(0.5)), ("半个", .quantity(0.5)), ("{n} 个半", .number(plus: 0.5))])
        add(
            .length,
            [
                ("{q} {unit}", .length(plus: 0)), ("{n} 分半钟|分半", .counted(.minute, plus: 0.5)),
                ("{n} {unit} 半", .length(plus: 0.5)),
                ("一刻钟", .fixedLength(TimeLength(seconds: 900))), ("三刻钟", .fixedLength(TimeLength(seconds: 2700))),
                ("两刻钟", .fixedLength(TimeLength(seconds: 1800))), ("半 年", .fixedLength(TimeLength(months: 6))),
                ("半 个月", .fixedLength(TimeLength(days: 15))),
                ("{n} {unit} {n} 分钟|分", .lengthRest(nil)), ("{n} 分 {n} 秒钟|秒", .lengthRest(.minute)),
                ("{n} 时 {n} 分钟|分", .lengthRest(.hour)),
                ("{n} {unit} 一刻钟", .length(plus: 0.25)),
            ])
    }

    private mutating func addChineseDays() {
        add(
            .day,
            [
                ("今天|今日|今儿", .days(0, nil)), ("今早|今晨", .days(0, .morning)), ("今晚|今夜", .days(0, .night)),
                ("明天|明日|明儿", .days(1, nil)), ("明早|明晨", .days(1, .morning)), ("明晚", .days(1, .evening)),
                ("后天", .days(2, nil)), ("后天|后晚", .days(2, nil)), ("大后天", .days(3, nil)), ("昨天|昨日", .days(-1, nil)),
                ("昨晚", .days(-1, .evening)), ("前天", .days(-2, nil)), ("大前天", .days(-3, nil)), ("当天", .days(0, nil)),
                ("{len} 之后|以后|后", .ahead), ("再过|过 {len}", .ahead), ("{len} 之前|以前|前", .ago),
                ("再过|过 {len} 之后|以后|后", .ahead),
                ("{week} {weekday}", .weekday(nil)), ("{weekday}", .weekday(nil)),
                ("上上 {weekday}", .weekday(.ahead(-2))),
                ("周末|这周末|这个周末|本周末|这周周末", .day(.weekday(6, .coming))), ("下周末|下个周末", .day(.weekday(6, .ahead(1)))),
                ("上周末|上个周末", .day(.weekday(6, .ahead(-1)))),
                ("{n} 月 {n} 日|号", .calendar), ("{y} 年 {n} 月 {n} 日|号", .calendar), ("{n} 月 {n}", .calendar),
                ("{date}", .numericDate),
                ("明年 {n} 月 {n} 日|号", .calendarAhead(years: 1)), ("今年 {n} 月 {n} 日|号", .calendarAhead(years: 0)),
                ("去年 {n} 月 {n} 日|号", .calendarAhead(years: -1)),
                ("{n} 号", .dayOfMonth(months: nil)), ("这个月|本月|这月 {n} 号|日", .dayOfMonth(months: 0)),
                ("下个月|下月 {n} 号|日", .dayOfMonth(months: 1)), ("下下个月|下下月 {n} 号|日", .dayOfMonth(months: 2)),
                ("上个月|上月 {n} 号|日", .dayOfMonth(months: -1)), ("下周的今天|下周今天", .days(7, nil)),
                ("下个月的今天|下个月今天", .day(.shifted(TimeLength(months: 1), from: .offset(0)))),
                ("月底|这个月底|本月底|这个月末|月末", .day(.monthEnd(0))),
                ("下月底|下个月底", .day(.monthEnd(1))), ("下个月初|下月初", .day(.dayOfMonth(1, months: 1))),
                ("年底|今年年底|今年底", .day(.yearEnd(0))), ("明年年底|明年底", .day(.yearEnd(1))), ("{holiday}", .holiday),
                ("{holiday} 前一天|前夜", .shifted(days: -1)), ("{holiday} 后一天|第二天", .shifted(days: 1)),
                ("{y} 年 {holiday}", .holiday),
            ])
    }

    private mutating func addChineseClocks() {
        add(
            .clock,
            [
                ("这个时候|这个时间|这时候", .thisTime),
                ("{part}? {h} 点|点钟|时|点整|时整", .hour), ("{part}? {h} 点|时 {m} 分", .hour), ("{part}? {h} 点|时 {m}", .hour),
                ("{part}? {h} 点|时 过? {m} 分", .hour), ("{part}? {h} 点半|时半", .past(30)),
                ("{part}? {h} 点|时 一刻|1_刻", .past(15)),
                ("{part}? {h} 点|时 三刻|3_刻", .past(45)), ("{part}? {h} 点|时 过 一刻", .past(15)),
                ("{part}? 差 {m} 分钟|分 {h} 点", .to(nil)),
                ("{part}? 差 一刻 {h} 点", .to(15)), ("{part}? {h} 点 差 {m} 分", .toBehind), ("{part}? {h} 点 差 一刻", .to(15)),
                ("{part} {digital}", .digital), ("{digital}", .digital), ("正午", .named(hour: 12, minute: 0)),
                ("中午", .named(hour: 12, minute: 0)), ("午夜|零点|零时|半夜|子夜", .named(hour: 0, minute: 0)),
                ("{zone} {part}? {h} 点", .hour), ("{zone} {part}? {h} 点半", .past(30)),
            ])
    }
}

extension ContextWords {
    static let chinese: ContextWords = {
        var words = ContextWords()
        words.rangeLeads = ["从", "在"]
        words.rangeJoins = ["到", "至", "-", "–", "—", "~"]
        words.lengthJoins = ["又", "零", "加", "和"]
        words.denialsBehind = [["不", "行"], ["不", "可", "以"], ["没", "空"], ["没", "时", "间"], ["不", "方", "便"]]
        words.denials = [
            ["不", "是"], ["除", "了"], ["别", "在"], ["不", "要", "在"], ["而", "不", "是"], ["不", "在"], ["不", "要"],
        ]
        words.nextDays = [["第", "二", "天"], ["后", "一", "天"]]
        words.daysBefore = [["前", "一", "天"]]
        words.corrections = [["不", "对"], ["不"], ["哦", "不"], ["说", "错", "了"], ["应", "该", "是"], ["还", "是"]]
        words.waking = [["叫", "醒"], ["叫", "我", "起"], ["起", "床"], ["闹", "钟"], ["闹", "铃"], ["喊", "我", "起"]]
        words.recurring = ["每"]
        words.titleVerbs = ["播", "放", "听", "看", "唱"]
        words.asides = ["出生", "生日", "拍的", "结婚", "创立", "诞生"]
        words.moves = ["改", "推", "挪", "移", "延", "提"]
        return words
    }()
}
