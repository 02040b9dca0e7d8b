import ModelFiles
import Training

/// What a training is made of: a model, a plan, and samples.
struct TrainingMaterial {
    /// Of the model.
    let path: String
    let file: ModelFile
    let plan: TrainingPlan
    /// An adapter to go on with.
    let first: Adapter?
    var samples: [TrainingSample] = [], watched: [TrainingSample] = []
}
