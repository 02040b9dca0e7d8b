extension Matcher {
    func mask(within limit: Int) -> TokenMask { mask() }
}
