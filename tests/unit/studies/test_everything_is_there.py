"""Every table, figure, result and claim of the studies that are reproduced has its entry."""

from pathlib import Path

import pytest

from reprise.studies.study import load_study

STUDIES = Path(__file__).parents[3] / "config" / "studies"

ARTEFACTS = {
    "mclain": "table1 table2 table3 table4 schedules sigmoid_tail sigmoid_c fast60",
    "yang_huang": (
        "model sequences table1 table2 mnist_best mnist_cutoff cifar_epoch cifar_cutoff examples"
    ),
    "kth": (
        "lr_range momentum wd_coarse wd_fine table1 fig5 fig6 fig7 fig8 fig9 fig10 fig11 resnet56"
    ),
    "shen": (
        "kernel_size kernels channels depth grad_norm grad_norm_bn activations landscape dropout "
        "resblocks optimizers cutout_weights headline ablations gpu_augmentation"
    ),
    "cappa": (
        "batch_growth batch_growth_optimizers batch_growth_curves noise_scale radam radam_lr "
        "mobilenet_cost four_things example_weighing imagenet segmentation detection "
        "language_model language_model_lr imagenet_weighing imagenet_updates transfer"
    ),
}
CLAIMS = {
    "mclain": (
        "sigmoid_best_120 cosine_beats_sigmoid_60 exponential_worst sigmoid_c_helps tail_adds "
        "fast60_batch16 sigmoid_superconvergence general_below_batch general_rises_with_groups "
        "general_spatial_best_4 general_small_batch_drops group_below_batch "
        "group_no_small_batch_gain resnet_gn4_below resnet_gn16_small mgnet_less_suited"
    ),
    "yang_huang": (
        "mnist_fastest mnist_best cifar_fastest cifar_best schemes_beat_fixed "
        "gain_larger_on_cifar seq3_good_though_convergent cutoff_collapses differ_a_lot"
    ),
    "kth": (
        "resnet56_superconverges momentum_09_best wd_1e6_best simple_cifar_fails "
        "simple_cifar_clr simple_flowers vgg_cifar vgg_flowers_30 mobilenet_cifar "
        "mobilenet_flowers tinyimagenet_20 complex_gains_more scarce_labels_gain_more"
    ),
    "shen": (
        "headline_resnet9 headline_resnet18 headline_resnet12 headline_densenet "
        "kernel_no_steady_gain channels_rise_then_fall depth_peaks_at_3 gradient_norms_differ "
        "bn_leaves_unbalanced bn_smooths smoothing_useless_on_toy leaky_celu_best_shallow "
        "mish_explodes mish_final dropout_useless blocks_faster blocks_full_best "
        "adam_early_sgd_late ranger_catches_up crop_flip_help jitter_hurts rotation_hurts "
        "cutout_helps cutout_enlarges_kernels device_augmentation_2x pool_first_faster "
        "pool_first_better one_cycle_10 pool_downsampling mixed_beats_ranger"
    ),
    "cappa": (
        "batch_equals_decay batch_increased_rate momentum_costs updates_counts same_curves "
        "noise_not_rate radam_over_adam sgd_over_radam radam_trains_better "
        "radam_converges_faster radam_robust warmup_2k_help eps_worse mobilenet_params_like_v1 "
        "ssdlite_20x_10x ssd_8x_120x deeplab_counts block_count wider_at_inference "
        "weighing_never_hurts weighing_raises_accuracy weighing_lowers_loss weighing_top5_loss "
        "ghost_helps_cifar100 ghost_no_change_svhn ghost_size_regularises gamma_beta_decay "
        "decay_target_indifferent decay_needs_shortcut batch_group_at_2 "
        "combined_over_3 batch_1_decay language_radam language_radam_faster "
        "language_radam_robust segmentation_close detection_over_yolo detection_ssd_dearer"
    ),
}


@pytest.mark.parametrize("name", ARTEFACTS)
def test_every_artefact_of_a_study(name):
    study = load_study(STUDIES / f"{name}.yaml", name)
    assert set(ARTEFACTS[name].split()) - study.artefacts.keys() == set()


@pytest.mark.parametrize("name", CLAIMS)
def test_every_claim_of_a_study(name):
    study = load_study(STUDIES / f"{name}.yaml", name)
    assert set(CLAIMS[name].split()) - study.claims.keys() == set()
