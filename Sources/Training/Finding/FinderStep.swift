import ModelFiles

/// Losses and gradients of queries and the functions that they want. Owner: the training thread.
///
/// The loss needs all vectors of a step at once. A step of more rows than a batch may have is computed twice: first the
/// states of all its batches, then, once their gradients are known, each batch again with its backward pass (arXiv
/// 2101.06983).
package final class FinderStep {
    package let decoder: TrainingDecoder
    package let contrast: ContrastiveLoss
    package let pooling: StatePooling
    package let maximumRows: Int

    package init(
        decoder: TrainingDecoder, contrast: ContrastiveLoss, pooling: StatePooling, maximumRows: Int
    ) {
        (self.decoder, self.contrast, self.pooling, self.maximumRows) = (decoder, contrast, pooling, maximumRows)
    }

    /// Adds to the decoder's gradients those of the queries' mean loss.
    package func addGradients(of queries: [FinderData.Query], in data: FinderData) -> StepLoss {
        run(queries, data, trains: true)
    }

    package func loss(of queries: [FinderData.Query], in data: FinderData) -> StepLoss {
        run(queries, data, trains: false)
    }

    private func run(_ queries: [FinderData.Query], _ data: FinderData, trains: Bool) -> StepLoss {
        let documents = Self.documents(of: queries)
        let places = Dictionary(uniqueKeysWithValues: documents.enumerated().map { ($1, $0) })
        let batches = batches(queries.map(\.tokens), documents.map { data.documents[$0] })
        var states: [Float] = []
        for batch in batches {
            decoder.forward(batch)
            states += decoder.states(batch)
        }
        let hidden = decoder.hidden, border = queries.count * hidden
        let result = contrast(
            .init(Array(states[..<border]), hidden: hidden), .init(Array(states[border...]), hidden: hidden),
            wanted: queries.map { $0.wanted.compactMap { places[$0] } })
        if trains {
            let slopes = result.querySlopes + result.documentSlopes
            var end = slopes.count
            // The last one's forward pass is still there.
            for (index, batch) in batches.enumerated().reversed() {
                if index < batches.count - 1 { decoder.forward(batch) }
                let start = end - batch.asked.count * hidden
                decoder.backward(batch, from: slopes[start..<end])
                end = start
            }
        }
        return StepLoss(
            loss: result.loss, tokens: 0, rows: batches.reduce(0) { $0 + $1.rows },
            found: Double(result.right) / Double(max(1, queries.count)))
    }

    /// What the queries want and are to be told from, each once, in ascending order: the order of the queries, and so the
    /// order of a batch, is of no account.
    private static func documents(of queries: [FinderData.Query]) -> [Int] {
        Set(queries.flatMap { $0.wanted + $0.others }).sorted()
    }

    /// Queries first, then documents; in a batch each of the two is a group, whose common beginning is computed once.
    private func batches(_ queries: [[Int32]], _ documents: [[Int32]]) -> [TrainingBatch] {
        var batches: [(queries: [[Int32]], documents: [[Int32]])] = [], rows = Int.max
        for (index, text) in (queries + documents).enumerated() {
            if batches.isEmpty || rows > maximumRows - text.count {
                batches.append(([], []))
                rows = 0
            }
            rows += text.count
            let isQuery = index < queries.count
            batches[batches.count - 1].queries += isQuery ? [text] : []
            batches[batches.count - 1].documents += isQuery ? [] : [text]
        }
        return batches.map { part in
            TrainingBatch(texts: [part.queries, part.documents].filter { !$0.isEmpty }, pooling)
        }
    }
}
